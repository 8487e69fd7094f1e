using System.Buffers.Binary;
using Synic.Emulation;
using Synic.Guests.Devices;
using Synic.Hv;
using Synic.Ports;

namespace Synic.Guests;

/// <summary>
/// QEMU's hyperv-testdev: a guest asks it, by one I/O port, for interrupts of any VP's SINTs and for connections that
/// echo. A user of ports like any other.
/// </summary>
/// <remarks>
/// One write carries connection (bits 31:24), command (23:16), VP (15:8) and SINT (7:0). What makes no sense is counted
/// and ignored.
/// </remarks>
internal sealed class HypervTestDevice(SynicPorts ports, GlobalSynic synic) : IPortDevice, IDisposable
{
    private const string Owner = "hyperv-testdev";

    private readonly Lock _gate = new(); // guards all below; never held while a port is taken away, which waits for its callbacks
    private readonly HashSet<(uint Vp, byte Sint)> _routes = [];
    private readonly Dictionary<byte, Connection> _messages = [];
    private readonly Dictionary<byte, Connection> _events = [];
    private bool _disposed;
    private long _ignored;

    private enum Command : byte
    {
        CreateRoute = 1,
        DestroyRoute = 2,
        SetSint = 3,
        CreateMessageConnection = 4,
        DestroyMessageConnection = 5,
        CreateEventConnection = 6,
        DestroyEventConnection = 7,
    }

    public ushort FirstPort => 0x3000;

    public int PortCount => 4;

    /// <summary>Commands that could not be followed.</summary>
    public long Ignored => Interlocked.Read(ref _ignored);

    public bool TryOut(int offset, ReadOnlySpan<byte> data)
    {
        if (offset != 0 || data.Length != sizeof(uint))
        {
            return false;
        }

        var word = BinaryPrimitives.ReadUInt32LittleEndian(data);
        if (!TryFollow((Command)(byte)(word >> 16), (byte)(word >> 24), new VpIndex((byte)(word >> 8)), new SintIndex((byte)word)))
        {
            Interlocked.Increment(ref _ignored);
        }

        return true;
    }

    public bool TryIn(int offset, Span<byte> data)
    {
        if (offset != 0 || data.Length != sizeof(uint))
        {
            return false;
        }

        data.Clear();
        return true;
    }

    public void Dispose()
    {
        Connection[] connections;
        lock (_gate)
        {
            _disposed = true;
            connections = [.. _messages.Values, .. _events.Values];
            _messages.Clear();
            _events.Clear();
            _routes.Clear();
        }

        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }

    private bool TryFollow(Command command, byte id, VpIndex vp, SintIndex sint) => command switch
    {
        Command.CreateRoute => Exists(vp, sint) && ChangeRoute(static (routes, route) => routes.Add(route), vp, sint),
        Command.DestroyRoute => ChangeRoute(static (routes, route) => routes.Remove(route), vp, sint),
        Command.SetSint => ChangeRoute(static (routes, route) => routes.Contains(route), vp, sint)
            && synic.RaiseSint(Vtl.Vtl0, vp, sint) == GuestSignalResult.Interrupt,
        Command.CreateMessageConnection => Exists(vp, sint) && TryCreate(_messages, id, () => AddMessage(id, vp, sint)),
        Command.DestroyMessageConnection => TryDestroy(_messages, id),
        Command.CreateEventConnection => Exists(vp, sint) && TryCreate(_events, id, () => AddEvent(id, vp, sint)),
        Command.DestroyEventConnection => TryDestroy(_events, id),
        _ => false,
    };

    private bool Exists(VpIndex vp, SintIndex sint) => vp.Value < (uint)synic.VpCount && sint.IsValid;

    private bool ChangeRoute(Func<HashSet<(uint, byte)>, (uint, byte), bool> change, VpIndex vp, SintIndex sint)
    {
        lock (_gate)
        {
            return !_disposed && change(_routes, (vp.Value, (byte)sint.Value));
        }
    }

    private bool TryCreate(Dictionary<byte, Connection> connections, byte id, Func<Connection> create)
    {
        lock (_gate)
        {
            if (_disposed || connections.ContainsKey(id))
            {
                return false;
            }

            try
            {
                connections.Add(id, create());
                return true;
            }
            catch (PortRegistrationException)
            {
                return false; // somebody else's, or the other kind's
            }
        }
    }

    private bool TryDestroy(Dictionary<byte, Connection> connections, byte id)
    {
        Connection? connection;
        lock (_gate)
        {
            connections.Remove(id, out connection);
        }

        connection?.Dispose();
        return connection is not null;
    }

    private Connection AddMessage(byte id, VpIndex vp, SintIndex sint)
    {
        var answer = ports.CreateGuestMessagePort(Vtl.Vtl0, vp, sint);
        return Add(answer, () => ports.AddMessagePort(
            new ConnectionId(id), Vtl.Vtl0, new StagingEcho(answer, () => synic.QueueLength(Vtl.Vtl0, vp, sint) > 0), Owner));
    }

    private Connection AddEvent(byte id, VpIndex vp, SintIndex sint)
    {
        var answer = ports.CreateGuestEventPort(Vtl.Vtl0, vp, sint, flag: id); // the connection's number is the flag
        return Add(answer, () => ports.AddEventPort(new ConnectionId(id), Vtl.Vtl0, new EventEcho(answer), Owner));
    }

    private static Connection Add(IDisposable answer, Func<PortHandle> register)
    {
        try
        {
            return new Connection(register(), answer);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private sealed record Connection(PortHandle Handle, IDisposable Answer) : IDisposable
    {
        public void Dispose()
        {
            Handle.Dispose();
            Answer.Dispose();
        }
    }

    /// <summary>Holds one message that found its slot taken; a second one has to be sent again by the guest.</summary>
    private sealed class StagingEcho(IGuestMessagePort answer, Func<bool> slotHasQueue) : MessagePort
    {
        private readonly Lock _gate = new(); // guards _staged, against two VPs that post at once
        private bool _staged;

        protected internal override bool TryHandleMessage(PostedMessage message, bool trusted)
        {
            lock (_gate)
            {
                if (_staged && slotHasQueue())
                {
                    return false;
                }

                var result = answer.TryPost(message.Type, message.Payload);
                _staged = result == GuestPostResult.Deferred;
                return result != GuestPostResult.QueueFull;
            }
        }
    }

    private sealed class EventEcho(IGuestEventPort answer) : EventPort
    {
        protected internal override void HandleEvent(ushort flag) => answer.Signal();
    }
}
