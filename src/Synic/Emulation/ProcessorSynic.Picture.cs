using Synic.Hv;

namespace Synic.Emulation;

/// <content>What somebody who looks sees.</content>
public sealed partial class ProcessorSynic
{
    /// <summary>Takes a picture.</summary>
    /// <remarks>
    /// The VP waits for this lock when it writes a register, so only what has to fit together is read under it: the
    /// 4 KiB of event flags, which the guest changes without a lock anyway, are counted afterwards.
    /// </remarks>
    public ProcessorSynicState Inspect()
    {
        var sints = new SintState[SintIndex.Count];
        var timers = new SynicTimerState[SynicTimer.PerVp];
        ulong scontrol, simp, siefp;
        lock (_lock)
        {
            for (var sint = 0; sint < sints.Length; sint++)
            {
                sints[sint] = new SintState(
                    _delivery[sint].Value, _slots.IsBusy(sint), _slots.IsPending(sint), FlagsSet: 0,
                    _delivery.QueueLength(sint), _delivery.BlockedBy(sint));
            }

            for (var i = 0; i < timers.Length; i++)
            {
                var timer = _delivery.Timers[i];
                timers[i] = new SynicTimerState(
                    timer.Config.Value, timer.Count, timer.Due == SynicTimer.Never ? null : timer.Due);
            }

            (scontrol, simp, siefp) = (_scontrol, _simp.Register.Value, _siefp.Register.Value);
        }

        for (var sint = 0; sint < sints.Length; sint++)
        {
            if (_flags.CountSet(sint) is not 0 and var set)
            {
                sints[sint] = sints[sint] with { FlagsSet = set };
            }
        }

        return new ProcessorSynicState(scontrol, simp, siefp, sints, timers);
    }
}
