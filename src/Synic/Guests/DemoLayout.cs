using Synic.Hv;
using Synic.Monitors;

namespace Synic.Guests;

/// <summary>Where the demo guest keeps things, and the connections it uses: shared by its code, the simulator and tests.</summary>
internal static class DemoLayout
{
    public const ulong MinimumMemory = 4 << 20;

    public static readonly Gpa Gdt = new(0x0500);
    public static readonly Gpa PageTables = new(0x1000);
    public static readonly Gpa Trampoline = new(0x8000);
    public static readonly Gpa TrampolineGdtPointer = new(0x8FF0);
    public static readonly Gpa HypercallPage = new(0x1_2000);
    public static readonly Gpa Idt = new(0x1_3000);
    public static readonly Gpa SerialLock = new(0x1_4000);
    public static readonly Gpa StopFlag = new(0x1_4040);
    public static readonly Gpa StoppedVps = new(0x1_4080);
    public static readonly MonitorPageGpas MonitorPages = new(ParentToChild: new(0x1_6000), ChildToParent: new(0x1_5000));
    public static readonly Gpa Code = new(0x20_0000);

    /// <summary>Each VP has a block of its own.</summary>
    public const int BlockSize = 0x1_0000;
    public static readonly Gpa Blocks = new(0x2_0000);

    // Within a VP's block.
    public const int Rounds = 0x00;
    public const int Ticks = 0x08;
    public const int Messages = 0x10;
    public const int EchoesRight = 0x18;
    public const int EchoesWrong = 0x20;
    public const int Events = 0x28;
    public const int Interrupts = 0x30;
    public const int PostStatuses = 0x100;   // u64 for each status 0 to 255
    public const int SignalStatuses = 0x900; // u64 for each status 0 to 255
    public const int Simp = 0x2000;
    public const int Siefp = 0x3000;
    public const int PostBlock = 0x4000;
    public const int SentPayload = 0x4100;
    public const int StackTop = 0xF000;

    public const byte MessageVector = 0x52;
    public const byte TimerVector = 0x53;
    public static readonly SintIndex MessageSint = new(2);
    public static readonly SintIndex TimerSint = new(3);
    public const ushort ReturnFlag = 1;

    /// <summary>An open-source guest of no registered kind.</summary>
    public const ulong GuestOsId = 0x8F00_0000_0001_0000;

    public const int PayloadLength = 16;

    /// <summary>One for each VP: answers into the message slot of that VP.</summary>
    public static ConnectionId Echo(VpIndex vp) => new(0x1000 + vp.Value);

    public static readonly ConnectionId Sink = new(0x1100);
    public static readonly ConnectionId Secure = new(0x1101);
    public static readonly ConnectionId Full = new(0x1102);
    public static readonly ConnectionId Counter = new(0x2000);
    public static readonly ConnectionId SlowCounter = new(0x2001);
    public static readonly ConnectionId FastCounter = new(0x2002);

    /// <summary>Signalled by its bit in the monitor page, each round, without a hypercall.</summary>
    public static readonly ConnectionId Monitored = new(0x2003);
    public static readonly MonitorId MonitoredId = new(37);

    /// <summary>As <see cref="Monitored"/>, every eighth round.</summary>
    public static readonly ConnectionId SlowMonitored = new(0x2004);
    public static readonly MonitorId SlowMonitoredId = new(101);

    /// <summary>One for each VP: signals back to that VP.</summary>
    public static ConnectionId Doorbell(VpIndex vp) => new(0x2100 + vp.Value);

    /// <summary>Nobody is there.</summary>
    public static readonly ConnectionId Nobody = new(0xDEAD);

    public static Gpa Block(VpIndex vp) => Blocks + ((ulong)vp.Value * BlockSize);

    /// <summary>The 32 bits of the guest-to-host page that an id's bit is in.</summary>
    public static Gpa TriggerGroup(MonitorId id) =>
        MonitorPages.ChildToParent + (ulong)(HvMonitorPage.TriggerGroupsOffset + (id.Group * HvMonitorPage.TriggerGroupSize));
}
