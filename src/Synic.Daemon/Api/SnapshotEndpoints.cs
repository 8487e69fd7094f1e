using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Synic.Contracts;
using Synic.Daemon.Access;
using Synic.Daemon.Inspection;
using Synic.Daemon.Partitions;
using Synic.Inspection;

namespace Synic.Daemon.Api;

/// <summary>Trees as they were, and what is different since.</summary>
internal static class SnapshotEndpoints
{
    public const string Now = "now";
    private const int MaxName = 64;
    private const int MaxIncomplete = 100;

    public static void MapSnapshots(this IEndpointRouteBuilder routes)
    {
        var snapshots = routes.MapGroup(Links.Partitions + "/{partition}/snapshots").WithTags("Inspect");
        snapshots.MapPost("", Take).WithQuery().RequireAuthorization(AccessSetup.Token);
        snapshots.MapGet("", List).WithQuery();
        snapshots.MapGet("/{snapshot}", Get).WithQuery();
        snapshots.MapDelete("/{snapshot}", Delete).WithQuery().RequireAuthorization(AccessSetup.Token);
        snapshots.MapGet("/{snapshot}/inspect/{**path}", Inspect).WithQuery("depth", "timeoutMs", "after", "limit", "format");
        snapshots.MapGet("/{snapshot}/diff/{other}", Diff).WithQuery("path", "limit", "cursor");
    }

    /// <summary>Keeps the partition's whole tree as it is now. A wide directory is in it with up to 100000 children.</summary>
    internal static async Task<Results<Created<TreeSnapshot>, ApiProblem>> Take(
        string partition, CreateSnapshotRequest? request, PartitionRegistry registry, TreeSnapshots snapshots, CancellationToken cancellation)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        if (request?.Name is { } name && (name.Length is 0 or > MaxName || name.Any(char.IsControl)))
        {
            return ApiProblem.Field("name", $"has 1 to {MaxName} characters and no control characters; leave it out for none");
        }

        if (await snapshots.TakeAsync(host, request?.Name, cancellation).ConfigureAwait(false) is not { } taken)
        {
            var all = snapshots.All(host);
            var oldest = all.Count == 0 ? "" : $" DELETE {Link(partition, all[0].Id)} removes the oldest.";
            return new ApiProblem(
                ProblemCodes.TooManySnapshots,
                $"'{partition}' has {all.Count} snapshots of {TreeSnapshots.MaxCount}, {all.Sum(static s => (long)s.Archive.Bytes)} bytes of {TreeSnapshots.MaxBytes}. Nothing was kept.{oldest}");
        }

        return TypedResults.Created(Link(partition, taken.Id), Summarize(partition, taken));
    }

    /// <summary>The snapshots of a partition, oldest first.</summary>
    internal static Results<Ok<TreeSnapshotList>, ApiProblem> List(string partition, PartitionRegistry registry, TreeSnapshots snapshots)
    {
        if (!Lookup.TryPartition(registry, partition, out var host, out var problem))
        {
            return problem;
        }

        var all = snapshots.All(host);
        return TypedResults.Ok(new TreeSnapshotList(
            [.. all.Select(s => Summarize(partition, s))], all.Count, TreeSnapshots.MaxCount,
            all.Sum(static s => (long)s.Archive.Bytes), TreeSnapshots.MaxBytes, host.Now));
    }

    /// <summary>One snapshot: when it was taken, how large it is, what it lacks.</summary>
    internal static Results<Ok<TreeSnapshot>, ApiProblem> Get(
        string partition, string snapshot, PartitionRegistry registry, TreeSnapshots snapshots) =>
        TryFind(registry, snapshots, partition, snapshot, out _, out var found, out var problem)
            ? TypedResults.Ok(Summarize(partition, found))
            : problem;

    /// <summary>Forgets a snapshot.</summary>
    internal static Results<NoContent, ApiProblem> Delete(
        string partition, string snapshot, PartitionRegistry registry, TreeSnapshots snapshots)
    {
        if (!TryFind(registry, snapshots, partition, snapshot, out var host, out var found, out var problem))
        {
            return problem;
        }

        snapshots.Remove(host, found.Id); // somebody else may just have done it: it is gone all the same
        return TypedResults.NoContent();
    }

    /// <summary>The tree as it was, by path.</summary>
    internal static async Task<Results<InspectAnswers, ApiProblem>> Inspect(
        string partition, string snapshot, [AsParameters] InspectQuery query, [Description(InspectAnswers.FormatHelp)] string? format, HttpContext context,
        PartitionRegistry registry, TreeSnapshots snapshots, TimeProvider time)
    {
        if (!TryFind(registry, snapshots, partition, snapshot, out _, out var found, out var problem)
            || !query.TryRequest(context.User, out var request, out problem)
            || !InspectAnswers.TryFormat(context.Request, format, out var name, out problem))
        {
            return problem;
        }

        var root = new SnapshotNode(found.Archive.Open());
        var result = await Inspector.InspectAsync(root, request with { Time = time }, context.RequestAborted).ConfigureAwait(false);
        return InspectEndpoints.IsNothing(result)
            ? await InspectEndpoints.NotFoundAsync(root, request, context.RequestAborted).ConfigureAwait(false)
            : new InspectAnswers(result with { AsOf = found.TakenAt, Incomplete = found.Incomplete }, name);
    }

    /// <summary>What is different between two snapshots, or between one and now: path, before, after.</summary>
    internal static async Task<Results<JsonBytes<TreeDiff>, ApiProblem>> Diff(
        string partition, string snapshot, string other, string? path, int? limit, string? cursor,
        PartitionRegistry registry, TreeSnapshots snapshots, CancellationToken cancellation)
    {
        KeptSnapshot? later = null;
        if (!TryFind(registry, snapshots, partition, snapshot, out var host, out var earlier, out var problem)
            || (other != Now && !TryFind(registry, snapshots, partition, other, out _, out later, out problem))
            || !InspectQuery.TryPath(path, out var below, out problem)
            || !Paging.TryLimit(limit, out var count, out problem))
        {
            return problem;
        }

        var list = $"diff {partition} {snapshot} {other} {below}";
        DiffPlace? last = null;
        if (cursor is not null && !Paging.TryDecode(list, cursor, out last, out problem))
        {
            return problem;
        }

        var (all, reading) = await snapshots.CompareAsync(host, earlier, later, cancellation).ConfigureAwait(false);
        var changes = all.Where(c => TreeOrder.IsBelow(c.Path, below)).ToList();
        var first = last?.Next(changes) ?? 0;
        var end = Math.Min(first + count, changes.Count);
        var next = end < changes.Count ? Paging.Encode(list, new DiffPlace(end - 1, changes[end - 1].Path)) : null;
        List<InspectIncomplete> incomplete = [.. earlier.Incomplete.Take(MaxIncomplete), .. reading.Incomplete.Take(MaxIncomplete)];
        return new JsonBytes<TreeDiff>(InspectWriter.Object(writer =>
        {
            writer.WriteString("before"u8, snapshot);
            writer.WriteString("after"u8, other);
            writer.WriteString("beforeTakenAt"u8, InspectWriter.Microseconds(earlier.TakenAt));
            writer.WriteString("afterTakenAt"u8, InspectWriter.Microseconds(reading.TakenAt));
            InspectWriter.Completeness(writer, incomplete);
            InspectWriter.Changes(writer, "items", changes[first..end]);
            writer.WriteString("next"u8, next);
            writer.WriteNumber("total"u8, changes.Count);
        }));
    }

    private static bool TryFind(
        PartitionRegistry registry, TreeSnapshots snapshots, string partition, string id, [NotNullWhen(true)] out PartitionHost? host,
        [NotNullWhen(true)] out KeptSnapshot? found, [NotNullWhen(false)] out ApiProblem? problem)
    {
        found = null;
        if (!Lookup.TryPartition(registry, partition, out host, out problem))
        {
            return false;
        }

        found = int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? snapshots.Find(host, number) : null;
        problem = found is null
            ? new ApiProblem(ProblemCodes.SnapshotNotFound, $"'{partition}' has no snapshot '{id}'. GET {Links.Snapshots(partition)} lists them.")
            : null;
        return found is not null;
    }

    private static TreeSnapshot Summarize(string partition, KeptSnapshot snapshot)
    {
        var self = Link(partition, snapshot.Id);
        return new TreeSnapshot
        {
            Id = snapshot.Id,
            Name = snapshot.Name,
            TakenAt = InspectWriter.Microseconds(snapshot.TakenAt),
            TookSeconds = Math.Round(snapshot.Took.TotalSeconds, 6),
            Nodes = snapshot.Archive.Nodes,
            Bytes = snapshot.Archive.Bytes,
            Complete = snapshot.Incomplete.Count == 0,
            Incomplete = [.. snapshot.Incomplete.Take(MaxIncomplete).Select(static i => new InspectMissing(i.Path, i.Reason))],
            Links = new Dictionary<string, string>
            {
                ["self"] = self, ["inspect"] = $"{self}/inspect", ["diff"] = $"{self}/diff/{Now}",
            },
        };
    }

    /// <summary>Where a page of a diff ended. With <c>now</c> on one side the list may be another by the next page.</summary>
    private sealed record DiffPlace(int Index, string Path)
    {
        public int Next(List<InspectChange> changes)
        {
            if (Index >= 0 && Index < changes.Count && changes[Index].Path == Path)
            {
                return Index + 1;
            }

            var next = changes.FindIndex(c => TreeOrder.Compare(c.Path, Path) > 0);
            return next < 0 ? changes.Count : next;
        }
    }

    private static string Link(string partition, int id) => $"{Links.Snapshots(partition)}/{id.ToString(CultureInfo.InvariantCulture)}";
}
