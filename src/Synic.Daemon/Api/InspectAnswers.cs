using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Synic.Contracts;
using Synic.Inspection;

namespace Synic.Daemon.Api;

internal enum InspectFormatName
{
    Typed,
    Plain,
    Text,
}

/// <summary>A piece of a tree in the format that the caller asked for; in JSON it is an <see cref="InspectAnswer"/>.</summary>
internal sealed class InspectAnswers(InspectResult result, InspectFormatName format) : IResult, IValueHttpResult<InspectAnswer>, IEndpointMetadataProvider
{
    public const int SchemaVersion = 1;

    public const string FormatHelp =
        "`typed` (default), `plain` (an object per directory), or `text` (a line per field; also by \"Accept: text/plain\").";

    /// <summary>For the daemon's own pages, which ask for no other format than typed.</summary>
    public InspectAnswer? Value =>
        JsonSerializer.Deserialize<InspectAnswer>(InspectWriter.Object(WriteMembers), JsonSerializerOptions.Web);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(InspectAnswer), ["application/json"]));

    public static bool TryFormat(
        HttpRequest request, string? format, out InspectFormatName name, [NotNullWhen(false)] out ApiProblem? problem)
    {
        var accept = request.GetTypedHeaders().Accept;
        name = format switch
        {
            "plain" => InspectFormatName.Plain,
            "text" => InspectFormatName.Text,
            null when accept.Any(static a => a.MediaType == "text/plain") && !accept.Any(static a => a.MediaType == "application/json") =>
                InspectFormatName.Text,
            _ => InspectFormatName.Typed,
        };
        problem = format is null or "typed" or "plain" or "text" ? null
            : ApiProblem.Field("format", $"is typed, plain or text, not '{format}'; leave it out for typed");
        return problem is null;
    }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.CacheControl = "no-store";
        if (format == InspectFormatName.Text)
        {
            response.ContentType = "text/plain; charset=utf-8";
            await response.WriteAsync(Text(), httpContext.RequestAborted).ConfigureAwait(false);
            return;
        }

        response.ContentType = "application/json; charset=utf-8";
        using (var writer = new Utf8JsonWriter(response.BodyWriter, InspectJson.WriterOptions))
        {
            Write(writer);
        }

        await response.BodyWriter.FlushAsync(httpContext.RequestAborted).ConfigureAwait(false);
    }

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteMembers(writer);
        writer.WriteEndObject();
    }

    private void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteNumber("schemaVersion"u8, SchemaVersion);
        writer.WriteString("path"u8, result.Path.ToString());
        InspectWriter.Completeness(writer, result.Incomplete);
        writer.WriteString("asOf"u8, InspectWriter.Microseconds(result.AsOf));
        writer.WritePropertyName("node"u8);
        if (format == InspectFormatName.Plain)
        {
            InspectJson.WritePlain(writer, result.Node);
        }
        else
        {
            InspectJson.WriteTyped(writer, result.Node);
        }
    }

    // No time in it: two readings of the same tree are the same text.
    private string Text()
    {
        using var text = new StringWriter();
        InspectText.Write(text, result.Node, result.Path);
        foreach (var (path, reason) in result.Incomplete)
        {
            text.Write($"# incomplete: {(path.Length == 0 ? "the root" : path)}: {reason}\n");
        }

        return text.ToString();
    }
}
