using Microsoft.AspNetCore.Http.HttpResults;
using Synic.Contracts;
using Synic.Daemon.Access;

namespace Synic.Daemon.Api;

/// <summary>Who changed what.</summary>
internal static class AuditEndpoints
{
    public const string Path = Links.Root + "/audit";
    private const string ListName = "audit";

    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet(Path, List).WithTags("Daemon").WithQuery("limit", "cursor").RequireAuthorization(AccessSetup.Token);

    /// <summary>Who changed what, or looked at what not everybody may see: the last 1024 records, newest first.</summary>
    internal static Results<Ok<ListPage<AuditRecord>>, ApiProblem> List(int? limit, string? cursor, AuditLog log, TimeProvider time)
    {
        var before = long.MaxValue;
        if (!Paging.TryLimit(limit, out var count, out var problem)
            || (cursor is not null && !Paging.TryDecode(ListName, cursor, out before, out problem)))
        {
            return problem;
        }

        var records = log.Read(before, count + 1, out var total);
        var page = records.Take(count).ToList();
        return TypedResults.Ok(new ListPage<AuditRecord>(
            page, records.Count > count ? Paging.Encode(ListName, page[^1].Seq) : null, total, time.GetUtcNow()));
    }
}
