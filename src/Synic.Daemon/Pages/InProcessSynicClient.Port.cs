using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Synic.Contracts;
using Synic.Contracts.Filters;
using Synic.Daemon.Access;
using Synic.Daemon.Api;
using Synic.Daemon.Partitions;
using Synic.Dashboard.Client;
using Synic.Hv;

namespace Synic.Daemon.Pages;

/// <content>One port. What the API answers is answered by its own code, under the same policies.</content>
internal sealed partial class InProcessSynicClient
{
    public async Task<PortDetail> GetPortAsync(string partition, string connection, CancellationToken cancellation)
    {
        if (!registry.TryGet(partition, out var host))
        {
            return new PortDetail { AsOf = time.GetUtcNow() };
        }

        return new PortDetail
        {
            Partition = host.Summarize(),
            Port = Lookup.TryPort(host, connection, out var port, out _) ? host.Summarize(port)
                : Lookup.TryConnection(connection, ConnectionId.MaxValue, out var id, out _) && host.Partition.Ports.Map.Departed.TryGetLast(id, out var gone) ? host.Summarize(gone)
                : null,
            ActDenied = await ActDeniedAsync().ConfigureAwait(false),
            AsOf = host.Now,
        };
    }

    public async Task<PortHistory?> GetPortHistoryAsync(string partition, string connection, CancellationToken cancellation)
    {
        if (!registry.TryGet(partition, out var host))
        {
            return null;
        }

        var payloads = PayloadRight.Has((await authentication.GetAuthenticationStateAsync().ConfigureAwait(false)).User);
        if (!Lookup.TryConnection(connection, uint.MaxValue, out var id, out _))
        {
            return new PortHistory([], 0, new Dictionary<string, long>(), payloads); // nobody called it
        }

        var hub = _caller.Service<EventHub>();
        var view = new EventView(hub, payloads);
        EventList List(string more) =>
            new(hub, [host.Events], EventFilters.Table.Parse($"{FilterTerm.Exactly("conn", id.ToString())} {more}"), view);
        var all = List("");
        var records = all.Before(null, PortHistory.MaxRecords, out _);
        records.Reverse();
        return new PortHistory(
            records, all.Count(), PortHistory.CountByStatus(List("injected:*").Before(null, PortHistory.MaxInjected, out _)), payloads);
    }

    public Task<IReadOnlyList<ExplainReport>> ExplainPortAsync(
        string partition, string connection, string? operation, uint vp, CancellationToken cancellation)
    {
        var reports = new List<ExplainReport>();
        for (var vtl = 0; vtl < Vtl.Count; vtl++)
        {
            var query = new ExplainCallQuery(operation, $"{vtl}", FormattableString.Invariant($"{vp}"), Size: null, Type: null, Flag: null);
            if (ExplainEndpoints.Port(partition, connection, query, registry).Result is Ok<ExplainReport> { Value: { } report })
            {
                reports.Add(report);
            }
        }

        return Task.FromResult<IReadOnlyList<ExplainReport>>(reports);
    }

    public Task<HypercallOutcome> PostAsync(string partition, string connection, PostMessageRequest request, CancellationToken cancellation) =>
        _caller.AskAsync<HypercallOutcome>(
            AccessSetup.Lab, _ => Now(GuestCallEndpoints.Post(partition, connection, request, raiseOnStatus: null, registry)));

    public Task<HypercallOutcome> SignalAsync(string partition, string connection, SignalEventRequest request, CancellationToken cancellation) =>
        _caller.AskAsync<HypercallOutcome>(
            AccessSetup.Lab, _ => Now(GuestCallEndpoints.Signal(partition, connection, request, raiseOnStatus: null, registry)));

    /// <summary>The policy of the API's own routes for it.</summary>
    private async Task<string?> ActDeniedAsync()
    {
        var caller = await authentication.GetAuthenticationStateAsync().ConfigureAwait(false);
        var allowed = await _caller.Service<IAuthorizationService>().AuthorizeAsync(caller.User, resource: null, AccessSetup.Lab).ConfigureAwait(false);
        return allowed.Succeeded ? null
            : !settings.Lab ? "This daemon only watches: it was started without --lab."
            : "Acting as the guest needs the right \"inject\": open the link that the daemon printed when it started, or a new one from POST /api/v1/login-links.";
    }
}
