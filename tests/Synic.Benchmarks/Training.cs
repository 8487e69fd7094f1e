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

    private static readonly Type[] s_valueTypes =
    [
        typeof(bool), typeof(byte), typeof(sbyte), typeof(char), typeof(short), typeof(ushort), typeof(int), typeof(uint),
        typeof(long), typeof(ulong), typeof(nint), typeof(nuint), typeof(Half), typeof(float), typeof(double), typeof(decimal),
    ];

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
                side.Run(0, 512);
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

    // Every port has a class of its own, so that none has so many of the calls that the compiler would bet on it: the
    // profile is a small sample, and a bet is made from 30 % on.
    private static Port Various(Operation operation, int index) => (operation, index) switch
    {
        (Operation.CopyPost, 0) => new NoOpMessagePort(),
        (Operation.CopyPost, _) => Make<Port>(typeof(MessagePortOf<>), index),
        (_, 0) => new NoOpEventPort(),
        (_, 1) => new CountingEventPort(),
        _ => Make<Port>(typeof(EventPortOf<>), index),
    };

    private static object SeedVarious(Operation operation, int index) => (operation, index) switch
    {
        (Operation.CopyPost, 0) => new SeedNoOpMessagePort(),
        (Operation.CopyPost, _) => Make<object>(typeof(SeedMessagePortOf<>), index),
        (_, 0) => new SeedNoOpEventPort(),
        (_, 1) => new SeedCountingEventPort(),
        _ => Make<object>(typeof(SeedEventPortOf<>), index),
    };

    private static T Make<T>(Type open, int index) =>
        (T)Activator.CreateInstance(open.MakeGenericType(s_valueTypes[index % s_valueTypes.Length]))!;

    // A class for each value type.
    private sealed class EventPortOf<T> : EventPort
        where T : struct
    {
        protected internal override void HandleEvent(ushort flag)
        {
        }
    }

    private sealed class MessagePortOf<T> : MessagePort
        where T : struct
    {
        protected internal override bool TryHandleMessage(Hv.PostedMessage message, bool trusted) => true;
    }

    private sealed class SeedEventPortOf<T> : ISeedEventPort
        where T : struct
    {
        public void HandleEvent(ushort flag)
        {
        }
    }

    private sealed class SeedMessagePortOf<T> : ISeedMessagePort
        where T : struct
    {
        public bool TryHandleMessage(ReadOnlySpan<byte> message, bool trusted) => true;
    }
}
