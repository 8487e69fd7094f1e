using Synic.Backends;
using Synic.Contracts;
using Synic.Hv;
using Synic.VmBus;

namespace Synic.Daemon.Partitions;

/// <summary>How far a partition's guest came. A step that was seen once stays reached, with the time it was first seen.</summary>
/// <param name="partition">Whose guest.</param>
/// <param name="vmbus">Its VMBus now; null when it has none.</param>
/// <param name="reboots">Before.</param>
/// <param name="time">For what has no time of its own, and is as exact as it is looked at.</param>
internal sealed class BootWatch(IPartition partition, Func<VmBusSnapshot?> vmbus, int reboots, TimeProvider time)
{
    private const int SynicOn = 2;
    private const int StepsWithoutVmBus = 3;

    private static readonly string[] s_names =
        ["hypervisor_found", "hypercall_page", "synic_on", "contact", "version_agreed", "offers_sent", "channel_open"];

    private readonly DateTimeOffset _since = time.GetUtcNow();
    private readonly Lock _gate = new(); // guards both arrays
    private readonly DateTimeOffset?[] _reached = new DateTimeOffset?[s_names.Length];
    private readonly string?[] _details = new string?[s_names.Length];

    /// <summary>Notes what is new.</summary>
    public void Observe() => Observe(vmbus());

    /// <summary>Looks again, and tells.</summary>
    public BootProgress Progress()
    {
        var snapshot = vmbus();
        Observe(snapshot);
        lock (_gate)
        {
            var steps = s_names.Take(snapshot is null ? StepsWithoutVmBus : s_names.Length)
                .Select((name, i) => new BootStep(name, _reached[i] is not null, _reached[i], _details[i])).ToList();
            var stuck = steps.Find(static s => !s.Reached)?.Name;
            var last = steps.Max(static s => s.At) ?? _since;
            return new BootProgress(steps, stuck, stuck is null ? null : Math.Max(0, (time.GetUtcNow() - last).TotalSeconds))
            {
                Reboots = reboots,
            };
        }
    }

    private void Observe(VmBusSnapshot? snapshot)
    {
        var synic = partition.Synic;
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (synic.GuestOsId is var id and not 0)
            {
                Reach(0, now, GuestIdentity.Describe(id));
            }

            if (synic.HypercallPageEnabled)
            {
                Reach(1, now, synic.HypercallPage.ToString());
            }

            if (_reached[SynicOn] is null && FindSynic() is { } vp)
            {
                Reach(SynicOn, now, $"VP {vp.Value}");
            }

            if (snapshot is not null)
            {
                Observe(snapshot, snapshot.Milestones);
            }
        }
    }

    private void Observe(VmBusSnapshot snapshot, VmBusMilestones milestones)
    {
        var connection = snapshot.Connection;
        Reach(3, milestones.Contact, connection is null ? null : $"at connection {connection.MessageConnection}");
        Reach(4, milestones.VersionAgreed, connection?.Version.ToString());
        Reach(5, milestones.OffersSent, $"{snapshot.Channels.Count} channels");
        var open = snapshot.Channels.Where(static c => c.Open is not null).Select(static c => c.Name).ToList();
        Reach(6, milestones.ChannelOpen, open.Count == 0 ? null : string.Join(", ", open));
    }

    private void Reach(int step, DateTimeOffset? at, string? detail)
    {
        if (at is not null)
        {
            _reached[step] ??= at;
            _details[step] = detail ?? _details[step];
        }
    }

    private VpIndex? FindSynic()
    {
        for (var vp = 0u; vp < partition.VpCount; vp++)
        {
            var state = partition.Synic.Inspect(Vtl.Vtl0, new VpIndex(vp));
            if (state is not null && new SControlRegister(state.SControl).Enabled && new OverlayRegister(state.Simp).Enabled)
            {
                return new VpIndex(vp);
            }
        }

        return null;
    }
}
