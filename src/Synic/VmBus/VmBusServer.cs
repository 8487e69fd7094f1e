using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Synic.Hv;
using Synic.Memory;
using Synic.Ports;

namespace Synic.VmBus;

/// <summary>
/// The VMBus control plane of a partition: takes a guest's contact, offers channels and serves them. Uses ports as any
/// other user does; the guest finds it at the well-known connections.
/// </summary>
/// <remarks>
/// VPs only copy messages into a bounded queue. One worker answers them in order, and waits while the guest has no
/// room for an answer; channels run beside it.
/// </remarks>
public sealed class VmBusServer : IDisposable
{
    private const string Owner = "vmbus control";

    private readonly VmBusServices _services;
    private readonly IncomingQueue _incoming;
    private readonly ConcurrentQueue<Func<ValueTask>> _commands = new();
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly ChannelTable _channels = new();
    private readonly Outbox _outbox;
    private readonly ChannelControl _channelControl;
    private readonly ControlPlane _control;
    private readonly PortHandle[] _ports;
    private readonly Task _worker;
    private int _disposed;

    /// <exception cref="PortRegistrationException">Somebody else has a connection that guests expect VMBus at.</exception>
    public VmBusServer(ISynicPortAccess ports, IGuestMemory memory, VmBusOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(ports);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _services = new VmBusServices(ports, memory, options, time, logger);
        _incoming = new IncomingQueue(options.IncomingCapacity);
        _outbox = new Outbox(ports, _services.Counters, _stop.Token);
        _channelControl = new ChannelControl(_services, _outbox, _channels, EndFaulted);
        _control = new ControlPlane(_services, _outbox, _channelControl);
        if (options.Heartbeat)
        {
            _channels.TryAdd(new HeartbeatDevice(time, options.HeartbeatPeriod));
        }

        if (options.Echo)
        {
            _channels.TryAdd(new EchoDevice());
        }

        var first = ports.AddMessagePort(WellKnownConnections.Messages, Vtl.Vtl0, new ControlPort(this), Owner);
        try
        {
            _ports = [first, ports.AddMessagePort(WellKnownConnections.MessagesSince5, Vtl.Vtl0, new ControlPort(this), Owner)];
        }
        catch
        {
            first.Dispose();
            throw;
        }

        _worker = Task.Run(WorkAsync);
    }

    internal VmBusCounters Counters => _services.Counters;

    /// <summary>Takes a picture; parts of it may be a moment apart. Never waits for the guest.</summary>
    public VmBusSnapshot Snapshot() => new()
    {
        Connection = _control.Connection?.Inspect(),
        Milestones = _control.Milestones,
        MaxVersion = _services.Options.MaxVersion,
        Channels = [.. _channels.All().Select(Inspect)],
        Traffic = new VmBusTraffic(Counters.Received, Counters.Busy, _incoming.Count, Counters.Posts, _outbox.Blocked),
        Refusals = Counters.Refusals,
        RingFaults = Counters.Faults,
    };

    /// <summary>Takes a channel back; the guest closes it and then releases its id.</summary>
    /// <returns>False: there is no such channel, or it was taken back before.</returns>
    public async Task<bool> RescindAsync(uint channel)
    {
        var found = false;
        await RunAsync(async () =>
        {
            if (_channels.Find(channel) is { Rescinded: false } offered)
            {
                found = true;
                await _channelControl.RescindAsync(_control.Connection, offered).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        return found;
    }

    /// <summary>Unregisters everything and ends all channels. Also after the partition is gone.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        PortHandle.DisposeAll(_ports);
        _stop.Cancel();
        _worker.GetAwaiter().GetResult(); // it waits for nothing but the token and running callbacks
        _outbox.Dispose();
        _stop.Dispose();
    }

    /// <summary>Offers one more channel.</summary>
    /// <returns>Its id; 0 when there are 2047 already.</returns>
    internal async Task<uint> OfferAsync(IVmBusChannelDevice device)
    {
        var id = 0U;
        await RunAsync(async () =>
        {
            if (_channels.TryAdd(device) is { } channel)
            {
                id = channel.Id;
                if (_control.Connection is { OffersSent: true } connection)
                {
                    await _channelControl.AnnounceAsync(connection, channel).ConfigureAwait(false);
                }
            }
        }).ConfigureAwait(false);
        return id;
    }

    /// <summary>Completes when every message that was posted before has been dealt with.</summary>
    internal Task DrainAsync() => RunAsync(static () => ValueTask.CompletedTask);

    private static VmBusChannelSnapshot Inspect(OfferedChannel channel) => new()
    {
        Id = channel.Id,
        Name = channel.Device.Offer.Name,
        InterfaceId = channel.Device.Offer.InterfaceId,
        InstanceId = channel.Device.Offer.InstanceId,
        State = channel.State,
        Connection = channel.Connection,
        Monitor = channel.Monitor.IsValid ? channel.Monitor : null,
        Open = channel.Open?.Inspect(),
        Device = channel.Device.State,
    };

    private bool Receive(ConnectionId via, PostedMessage message)
    {
        if (message.Type != HvMessage.TypeChannel)
        {
            _services.Refuse(0, VmBusRefusal.WrongMessageType);
            return true; // trying again would not help
        }

        if (!_incoming.TryEnqueue(via, message.Payload))
        {
            Counters.CountBusy();
            return false;
        }

        Counters.CountReceived();
        _wake.Writer.TryWrite(true);
        return true;
    }

    /// <summary>Runs something between two messages.</summary>
    private async Task RunAsync(Func<ValueTask> command)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(async () =>
        {
            try
            {
                await command().ConfigureAwait(false);
                done.TrySetResult();
            }
            catch (Exception e)
            {
                done.TrySetException(e);
                throw;
            }
        });
        await done.Task.WaitAsync(_stop.Token).ConfigureAwait(false);
    }

    private void Post(Func<ValueTask> command)
    {
        _commands.Enqueue(command);
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Called where the channel runs, which cannot wait for itself to end.</summary>
    private void EndFaulted(OpenChannel open) => Post(async () => await open.CloseAsync().ConfigureAwait(false));

    private async Task WorkAsync()
    {
        var buffer = new byte[HvMessage.MaxPayload];
        try
        {
            while (await _wake.Reader.WaitToReadAsync(_stop.Token).ConfigureAwait(false))
            {
                _wake.Reader.TryRead(out _);
                await WorkOnceAsync(buffer).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }

        await GuardAsync(_control.DisconnectAsync).ConfigureAwait(false);
    }

    private async ValueTask WorkOnceAsync(byte[] buffer)
    {
        // Commands see the effect of every message before them, and a guest that never stops posting does not starve them.
        var commands = _commands.Count;
        for (var messages = _services.Options.IncomingCapacity;
            messages > 0 && _incoming.TryDequeue(buffer, out var via, out var length);
            messages--)
        {
            _stop.Token.ThrowIfCancellationRequested();
            await GuardAsync(() => _control.HandleAsync(via, buffer.AsMemory(0, length))).ConfigureAwait(false);
        }

        while (commands-- > 0 && _commands.TryDequeue(out var command))
        {
            await GuardAsync(command).ConfigureAwait(false);
        }

        if (_incoming.Count > 0 || !_commands.IsEmpty)
        {
            _wake.Writer.TryWrite(true);
        }
    }

    /// <summary>A defect of ours must not let a guest end the worker.</summary>
    private async ValueTask GuardAsync(Func<ValueTask> step)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _services.MessageFailed(e);
        }
    }

    private sealed class ControlPort(VmBusServer server) : MessagePort, IPortReadiness
    {
        public PortReadiness ReadinessFor(uint messageType) =>
            messageType != HvMessage.TypeChannel ? new(true, "VMBus takes what is no channel message, and ignores it")
            : server._incoming.IsFull ? new(false, "VMBus has not looked at the messages before this one: its queue is full")
            : new(true, "the queue of VMBus has room");

        protected internal override bool TryHandleMessage(PostedMessage message, bool trusted) =>
            server.Receive(Connection, message);
    }
}
