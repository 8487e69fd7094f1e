using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Synic.Daemon.Experiments.Reports;

/// <summary>The report as JSON.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a file, no page: quotes and '<' stay readable
    };

    public static void Write(RunReport report, Stream file)
    {
        JsonSerializer.Serialize(file, report, s_json);
        file.Write("\n"u8);
    }
}
