namespace Synic.Ports.Handlers;

/// <summary>Answers every signal with one: sets an event flag of the guest.</summary>
public sealed class DoorbellPort(IGuestEventPort answer) : EventPort
{
    protected internal override void HandleEvent(ushort flag) => answer.Signal();
}
