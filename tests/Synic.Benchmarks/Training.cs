using System.Runtime;
using Synic.Ports;

namespace Synic.Benchmarks;

/// <summary>
/// Lets the run time compile both designs while it sees every kind of call in turn, and several classes of port of
/// either kind. Otherwise it would inline the one callback that happens to be measured first, which no program with
/// more than a few port types has.
/// </summary>
internal static class Training
{
    private const int AtLeast = 1500;
    private const int AtMost = 20_000;
    private const int Quiet = 700; // of the compiler, whose thread a busy machine may starve

    public static void Run()
    {
        Workload[] work = [.. Enum.GetValues<Operation>().Select(static o => new Workload(o, 16))];
        DispatchSide[] sides = [.. work.SelectMany(static w => new DispatchSide[] { new SynicSide(w, 1, Various), new SeedSide(w, SeedVarious) })];
        var start = Environment.TickCount64;
        var compiled = (Methods: 0L, At: start);
        while (true)
        {
            foreach (var side in sides)
            {
                side.Run(0, 16);
            }

            var now = Environment.TickCount64;
            if (JitInfo.GetCompiledMethodCount() is var methods && methods != compiled.Methods)
            {
                compiled = (methods, now);
            }

            if (now - start > AtLeast && (now - compiled.At > Quiet || now - start > AtMost))
            {
                break;
            }
        }

        foreach (var side in sides)
        {
            side.Dispose();
        }

        foreach (var each in work)
        {
            each.Dispose();
        }
    }

    // No class has so many of the calls that the compiler would bet on it.
    private static Port Various(Operation operation, int index) => operation == Operation.CopyPost
        ? (index % 4) switch
        {
            0 => new NoOpMessagePort(),
            1 => new MessagePort1(),
            2 => new MessagePort2(),
            _ => new MessagePort3(),
        }
        : (index % 5) switch
        {
            0 => new NoOpEventPort(),
            1 => new CountingEventPort(),
            2 => new EventPort1(),
            3 => new EventPort2(),
            _ => new EventPort3(),
        };

    private static object SeedVarious(Operation operation, int index) => operation == Operation.CopyPost
        ? (index % 4) switch
        {
            0 => new SeedNoOpMessagePort(),
            1 => new SeedMessagePort1(),
            2 => new SeedMessagePort2(),
            _ => new SeedMessagePort3(),
        }
        : (index % 5) switch
        {
            0 => new SeedNoOpEventPort(),
            1 => new SeedCountingEventPort(),
            2 => new SeedEventPort1(),
            3 => new SeedEventPort2(),
            _ => new SeedEventPort3(),
        };

    private sealed class EventPort1 : EventPort
    {
        protected internal override void HandleEvent(ushort flag)
        {
        }
    }

    private sealed class EventPort2 : EventPort
    {
        protected internal override void HandleEvent(ushort flag)
        {
        }
    }

    private sealed class EventPort3 : EventPort
    {
        protected internal override void HandleEvent(ushort flag)
        {
        }
    }

    private sealed class MessagePort1 : MessagePort
    {
        protected internal override bool TryHandleMessage(Hv.PostedMessage message, bool trusted) => true;
    }

    private sealed class MessagePort2 : MessagePort
    {
        protected internal override bool TryHandleMessage(Hv.PostedMessage message, bool trusted) => true;
    }

    private sealed class MessagePort3 : MessagePort
    {
        protected internal override bool TryHandleMessage(Hv.PostedMessage message, bool trusted) => true;
    }

    private sealed class SeedEventPort1 : ISeedEventPort
    {
        public void HandleEvent(ushort flag)
        {
        }
    }

    private sealed class SeedEventPort2 : ISeedEventPort
    {
        public void HandleEvent(ushort flag)
        {
        }
    }

    private sealed class SeedEventPort3 : ISeedEventPort
    {
        public void HandleEvent(ushort flag)
        {
        }
    }

    private sealed class SeedMessagePort1 : ISeedMessagePort
    {
        public bool TryHandleMessage(ReadOnlySpan<byte> message, bool trusted) => true;
    }

    private sealed class SeedMessagePort2 : ISeedMessagePort
    {
        public bool TryHandleMessage(ReadOnlySpan<byte> message, bool trusted) => true;
    }

    private sealed class SeedMessagePort3 : ISeedMessagePort
    {
        public bool TryHandleMessage(ReadOnlySpan<byte> message, bool trusted) => true;
    }
}
