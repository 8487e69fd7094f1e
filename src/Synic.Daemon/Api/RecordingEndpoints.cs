using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Partitions;
using Synic.Hv;
using Synic.Recording;

namespace Synic.Daemon.Api;

/// <summary>Recordings of what happens in a partition, and their replay. Neither changes anything of the guest's.</summary>
internal static class RecordingEndpoints
{
    private const int MaxName = 64;

    public static void MapRecordings(this IEndpointRouteBuilder routes)
    {
        var recordings = routes.MapGroup(Links.Partitions + "/{partition}/recordings").WithTags("Recordings");
        recordings.MapGet("", List).WithQuery();
        recordings.MapPost("", Start).WithQuery().Idempotent().RequireAuthorization(AccessSetup.Token);
        var one = recordings.MapGroup("/{recording}");
        one.MapGet("", Get).WithQuery();
        one.MapDelete("", Delete).WithQuery().RequireAuthorization(AccessSetup.Token);
        one.MapPost("/stop", Stop).WithQuery().RequireAuthorization(AccessSetup.Token);
        one.MapGet("/content", Content).WithQuery().Produces<EventRecord>(contentType: EventStream.LinesType);
        one.MapPost("/replay", ReplayOne).WithQuery("dialect").RequireAuthorization(AccessSetup.Token);
        routes.MapPost(Links.Root + "/replays", ReplayBody).WithTags("Recordings").WithQuery("dialect")
            .Accepts<EventRecord>(EventStream.LinesType).RequireAuthorization(AccessSetup.Token);
    }

    /// <summary>The recordings of a partition, oldest first.</summary>
    internal static Results<Ok<ListPage<RecordingSummary>>, ApiProblem> List(string partition, PartitionRegistry registry, RecordingStore store)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        var all = store.Of(host.Name);
        return TypedResults.Ok(new ListPage<RecordingSummary>([.. all.Select(static r => r.Summarize())], null, all.Count, host.Now));
    }

    /// <summary>Starts a recording: the port table now, and every event from now on. It ends when it is stopped, or full.</summary>
    internal static Results<Created<RecordingSummary>, ApiProblem> Start(
        string partition, StartRecordingRequest request, PartitionRegistry registry, RecordingStore store)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        if (request.Name is { } name && (name.Length is 0 or > MaxName || name.Any(char.IsControl)))
        {
            return ApiProblem.Field("name", $"has 1 to {MaxName} characters, none of them control characters");
        }

        if (request.MaxRecords is < 1 or > EventRecording.MaxRecords)
        {
            return ApiProblem.Field("maxRecords", $"is 1 to {EventRecording.MaxRecords}, not {request.MaxRecords}");
        }

        return store.Start(host, request) is { } recording
            ? TypedResults.Created($"{Links.Partition(host.Name)}/recordings/{recording.Id}", recording.Summarize())
            : new ApiProblem(
                ProblemCodes.TooManyRecordings, $"There are {RecordingStore.MaxRecordings} recordings, over all partitions: delete one that is no longer needed.");
    }

    /// <summary>How far a recording is.</summary>
    internal static Results<Ok<RecordingSummary>, ApiProblem> Get(
        string partition, string recording, PartitionRegistry registry, RecordingStore store, EventHub hub)
    {
        hub.Collect();
        return TryRecording(registry, store, partition, recording, out var found, out var problem) ? TypedResults.Ok(found.Summarize()) : problem;
    }

    /// <summary>Ends a recording, and keeps it.</summary>
    internal static Results<Ok<RecordingSummary>, ApiProblem> Stop(
        string partition, string recording, PartitionRegistry registry, RecordingStore store)
    {
        if (!TryRecording(registry, store, partition, recording, out var found, out var problem))
        {
            return problem;
        }

        store.Stop(found);
        return TypedResults.Ok(found.Summarize());
    }

    /// <summary>Ends a recording, and forgets it.</summary>
    internal static Results<NoContent, ApiProblem> Delete(
        string partition, string recording, PartitionRegistry registry, RecordingStore store)
    {
        if (!TryRecording(registry, store, partition, recording, out var found, out var problem))
        {
            return problem;
        }

        store.Remove(found);
        return TypedResults.NoContent();
    }

    /// <summary>
    /// A recording as lines of JSON: header, records, and the end once it is stopped. Payloads are there if they were
    /// recorded, for callers with the token.
    /// </summary>
    internal static Results<RecordingContent, ApiProblem> Content(
        string partition, string recording, HttpContext context, PartitionRegistry registry, RecordingStore store) =>
        TryRecording(registry, store, partition, recording, out var found, out var problem)
            ? new RecordingContent($"{found.Partition}-{found.Id}", store.Lines(found, PayloadRight.Has(context.User)))
            : problem;

    /// <summary>Makes the recorded calls again in an emulated partition with the recorded ports, and lists every status that differs.</summary>
    internal static async Task<Results<Ok<ReplayReport>, ApiProblem>> ReplayOne(
        string partition, string recording, string? dialect, PartitionRegistry registry, RecordingStore store, CancellationToken cancellation)
    {
        if (!TryRecording(registry, store, partition, recording, out var found, out var problem))
        {
            return problem;
        }

        using var lines = new LineReader(store.Lines(found, payloads: true).GetEnumerator());
        return await RunAsync(lines, dialect, cancellation).ConfigureAwait(false);
    }

    /// <summary>Replays a recording that is sent along, as its content is: at most 1 MiB of lines.</summary>
    internal static async Task<Results<Ok<ReplayReport>, ApiProblem>> ReplayBody(
        HttpRequest request, string? dialect, CancellationToken cancellation)
    {
        using var lines = new StreamReader(request.Body, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        return await RunAsync(lines, dialect, cancellation).ConfigureAwait(false);
    }

    private static async Task<Results<Ok<ReplayReport>, ApiProblem>> RunAsync(TextReader lines, string? dialect, CancellationToken cancellation)
    {
        SynicDialect other = default;
        if (dialect is not null && !SynicDialects.TryParse(dialect, out other))
        {
            return ApiProblem.Field("dialect", $"is openvmm, tlfs or qemu, not '{dialect}'");
        }

        try
        {
            return TypedResults.Ok(await Replay.RunAsync(lines, dialect is null ? null : other, cancellation).ConfigureAwait(false));
        }
        catch (RecordingFormatException e)
        {
            return new ApiProblem(ProblemCodes.InvalidRecording, $"Line {e.Line}: {e.Message}.")
            {
                Errors = new Dictionary<string, string[]> { [$"line {e.Line}"] = [e.Message] },
            };
        }
    }

    private static bool TryRecording(
        PartitionRegistry registry, RecordingStore store, string partition, string id,
        [NotNullWhen(true)] out EventRecording? recording, [NotNullWhen(false)] out ApiProblem? problem)
    {
        recording = null;
        if (!Lookup.TryPartition(registry, partition, out var host, out problem))
        {
            return false;
        }

        problem = store.TryGet(host.Name, id, out recording)
            ? null
            : new ApiProblem(ProblemCodes.RecordingNotFound, $"'{host.Name}' has no recording '{id}'. GET {Links.Partition(host.Name)}/recordings lists them.");
        return problem is null;
    }
}
