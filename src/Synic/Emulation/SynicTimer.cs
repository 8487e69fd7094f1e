using System.Buffers.Binary;
using Synic.Hv;

namespace Synic.Emulation;

/// <summary>One synthetic timer (TLFS "Timers"): its two registers and when it is due. Delivery is the SynIC's.</summary>
/// <remarks>The lock of the <see cref="ProcessorSynic"/> guards every member.</remarks>
internal sealed class SynicTimer(int index)
{
    public const int PerVp = 4;

    /// <summary>A due time that never comes.</summary>
    public const ulong Never = ulong.MaxValue;

    /// <summary>200 us: a guest that asks for more ticks gets these, so that it cannot keep a host thread busy.</summary>
    public const ulong MinimumPeriod = 2000;

    public const int PayloadSize = 24;

    public StimerConfig Config { get; private set; }

    public ulong Count { get; private set; }

    /// <summary>Reference time of the next expiry, or of the one that <see cref="Waiting"/> is about.</summary>
    public ulong Due { get; private set; } = Never;

    /// <summary>It has expired, and its message has no slot yet. No further expiry is counted meanwhile.</summary>
    public bool Waiting { get; private set; }

    /// <summary>When somebody has to look at it; a waiting timer is looked at when its slot is.</summary>
    public ulong Deadline => Waiting ? Never : Due;

    /// <summary>A tick that finds no room is not worth keeping.</summary>
    public bool DropsTicks => Config.Lazy && Config.Periodic;

    public bool WaitsFor(int sint) => Waiting && Config.Sint.Value == sint;

    /// <returns>False for reserved bits: #GP.</returns>
    public bool TryWriteConfig(ulong value, ulong now)
    {
        var config = new StimerConfig(value);
        if (config.HasReservedBits)
        {
            return false;
        }

        Config = config.WithEnabled(config.Enabled && CanRun(config));
        Arm(now);
        return true;
    }

    public void WriteCount(ulong value, ulong now)
    {
        Count = value;
        var enabled = value != 0 && CanRun(Config) && (Config.Enabled || Config.AutoEnable);
        Config = Config.WithEnabled(enabled);
        Arm(now);
    }

    public void Expire() => Waiting = true;

    /// <summary>The expiry was delivered or is lost: a one-shot stops, a periodic timer goes on in its phase.</summary>
    public void Complete(ulong now)
    {
        Waiting = false;
        if (!Config.Periodic)
        {
            Config = Config.WithEnabled(false);
            Due = Never;
            return;
        }

        // Missed periods are skipped: a guest that slept does not get a burst.
        var period = Math.Max(Count, MinimumPeriod);
        var missed = now > Due ? (now - Due) / period : 0;
        Due = AddSaturating(Due + (missed * period), period);
    }

    public void Reset()
    {
        Config = default;
        Count = 0;
        Due = Never;
        Waiting = false;
    }

    /// <summary>HV_TIMER_MESSAGE_PAYLOAD: index u32, reserved u32, expiration u64, delivery u64.</summary>
    public void WriteMessage(Span<byte> slot, ulong now)
    {
        Span<byte> payload = stackalloc byte[PayloadSize];
        BinaryPrimitives.WriteUInt64LittleEndian(payload, (uint)index);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[8..], Due);
        BinaryPrimitives.WriteUInt64LittleEndian(payload[16..], now);
        HvMessage.Write(slot, HvMessage.TypeTimerExpired, sender: 0, payload);
    }

    // SINT 0 is the hypervisor's own, and vectors below 16 are the processor's: such a timer stays off (KVM's rule for SINT 0).
    private static bool CanRun(StimerConfig config) => config.Direct ? config.ApicVector >= 16 : config.Sint.Value != 0;

    private static ulong AddSaturating(ulong left, ulong right) => left > Never - right ? Never : left + right;

    private void Arm(ulong now)
    {
        Waiting = false;
        Due = (Config.Enabled, Count, Config.Periodic) switch
        {
            (false, _, _) or (_, 0, _) => Never,
            (_, _, true) => AddSaturating(now, Math.Max(Count, MinimumPeriod)),
            _ => Count,
        };
    }
}
