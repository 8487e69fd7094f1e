using Synic.Backends;
using Synic.Backends.Emulated;

namespace Synic.Guests;

/// <summary>The default guest: real code where the backend runs code, otherwise a simulator that makes the same calls.</summary>
public static class DemoGuest
{
    /// <summary>Loads the guest into a partition that has not started, and registers the ports it talks to.</summary>
    /// <param name="partition">Its memory and its connection ids 0x1000 to 0x21ff are the guest's.</param>
    /// <param name="options">How lively it is.</param>
    /// <param name="serial">Takes what it prints.</param>
    /// <exception cref="ArgumentException">The options or the memory do not fit.</exception>
    public static IGuest Load(IPartition partition, DemoGuestOptions options, ISerialSink serial)
    {
        options.Validate();
        if (partition.Memory.Size < DemoLayout.MinimumMemory)
        {
            throw new ArgumentException($"the demo guest needs {DemoLayout.MinimumMemory >> 20} MiB of memory", nameof(partition));
        }

        var ports = new DemoPorts(partition.Ports, partition.VpCount);
        return partition is EmulatedPartition emulated
            ? new DemoSimulator(emulated, options, serial, ports)
            : new CodeGuest(partition, options, serial, ports);
    }

    private sealed class CodeGuest : IGuest
    {
        private readonly DemoPorts _ports;

        public CodeGuest(IPartition partition, DemoGuestOptions options, ISerialSink serial, DemoPorts ports)
        {
            _ports = ports;
            DemoMemory.Write(partition.Memory, DemoProgram.Assemble(options, partition.VpCount));
            partition.Devices = new MachineDevices(partition, serial);
            partition.BootState = new VpBootState
            {
                Rip = DemoLayout.Code.Value,
                Rsp = DemoLayout.Blocks.Value + DemoLayout.StackTop,
                PageTables = DemoLayout.PageTables,
                Gdt = DemoLayout.Gdt,
            };
            Description = $"demo: {partition.VpCount} VPs of 64-bit code, {options.RoundsPerSecond} rounds a second";
        }

        public string Kind => "demo";

        public bool Simulated => false;

        public string Description { get; }

        public void Dispose() => _ports.Dispose();
    }
}
