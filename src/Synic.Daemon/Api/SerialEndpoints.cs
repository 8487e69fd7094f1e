using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Partitions;

namespace Synic.Daemon.Api;

/// <summary>The guest's serial port: what it printed, and typing at it.</summary>
internal static class SerialEndpoints
{
    private const string Route = Links.Partitions + "/{partition}/serial";
    private const string LastEventId = "Last-Event-ID";

    public static void MapSerial(this IEndpointRouteBuilder routes)
    {
        var serial = routes.MapGroup(Route).WithTags("Serial port");
        serial.MapGet("", Read).WithQuery().WithMetadata(new AlsoEvents(typeof(SerialChunk))).RequireAuthorization(AccessSetup.Token);
        serial.MapPost("", Type).WithQuery().RequireAuthorization(AccessSetup.Lab);
    }

    /// <summary>
    /// The last lines of the guest's serial output. With "Accept: text/event-stream" what is kept and then what comes,
    /// as events whose ids say where to go on.
    /// </summary>
    internal static Results<Ok<SerialLines>, SerialStream, ApiProblem> Read(
        string partition, [FromHeader(Name = LastEventId)] string? lastEventId, HttpRequest request, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        if (!request.GetTypedHeaders().Accept.Any(static a => a.MediaType == SerialStream.ContentType))
        {
            return TypedResults.Ok(new SerialLines(host.Serial.Lines(), host.Serial.Dropped));
        }

        var position = 0L;
        return lastEventId is null or "" || long.TryParse(lastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out position)
            ? new SerialStream(host.Serial.Ring, position)
            : ApiProblem.Field(LastEventId, "is the id of an event of this stream: a number, without a sign");
    }

    /// <summary>Types text at the guest's serial port, as UTF-8: all of it, or nothing.</summary>
    internal static Results<Ok<SerialInputOutcome>, ApiProblem> Type(
        string partition, SerialInputRequest input, PartitionRegistry registry)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        if (input.Text.Length == 0)
        {
            return ApiProblem.Field("text", "has at least one character");
        }

        var bytes = Encoding.UTF8.GetBytes(input.Text);
        if (bytes.Length > PartitionHost.MaxTyped)
        {
            return new ApiProblem(
                ProblemCodes.TooLarge, $"The text has {bytes.Length} bytes as UTF-8; {PartitionHost.MaxTyped} can be typed at once.");
        }

        return host.Type(bytes) switch
        {
            null => new ApiProblem(
                ProblemCodes.NoSerialInput, $"The guest of '{host.Name}' ({host.Guest.Kind}) has no serial port that could be typed at."),
            false => new ApiProblem(
                ProblemCodes.SerialInputFull, $"The guest of '{host.Name}' has not read what was typed before. Nothing of this was typed."),
            true => TypedResults.Ok(new SerialInputOutcome(bytes.Length)),
        };
    }
}
