using Synic.Hv;
using Synic.Memory;

namespace Synic.Emulation;

/// <summary>A page of the hypervisor's, laid over the guest's RAM where its register says.</summary>
/// <remarks>
/// The contents start as zeros, move with the page and outlive its being disabled; the RAM underneath comes back when
/// the page leaves. The owner's lock guards every member but <see cref="Register"/>.
/// </remarks>
internal sealed class OverlayPage(IGuestMemory memory, OverlayRegistry registry)
{
    // Made when the guest first enables the page: many VPs never do.
    private byte[]? _contents;
    private byte[]? _hidden;
    private ulong _register;

    /// <summary>As last written, preserved bits included.</summary>
    public OverlayRegister Register => new(Volatile.Read(ref _register));

    public bool Enabled => Register.Enabled;

    public Gpa Gpa => Register.Gpa;

    /// <returns>False, and nothing changed: the page is not RAM, or another overlay lies there.</returns>
    public bool TryWrite(OverlayRegister value)
    {
        if (!value.Enabled)
        {
            Withdraw();
        }
        else if (!TryPlace(value.Gpa))
        {
            return false;
        }

        Volatile.Write(ref _register, value.Value);
        return true;
    }

    /// <summary>Disables the page and forgets its contents.</summary>
    public void Reset()
    {
        Withdraw();
        _contents.AsSpan().Clear();
        Volatile.Write(ref _register, 0);
    }

    private bool TryPlace(Gpa gpa)
    {
        if (Enabled && gpa == Gpa)
        {
            return true;
        }

        if (!memory.Contains(gpa, Gpa.PageSize) || !registry.TryClaim(gpa))
        {
            return false;
        }

        Withdraw();
        _contents ??= new byte[Gpa.PageSize];
        _hidden ??= new byte[Gpa.PageSize];
        memory.TryRead(gpa, _hidden);
        memory.TryWrite(gpa, _contents);
        return true;
    }

    private void Withdraw()
    {
        if (!Enabled)
        {
            return;
        }

        memory.TryRead(Gpa, _contents);
        memory.TryWrite(Gpa, _hidden);

        // Last: whoever claims the page next shall find the guest's RAM there.
        registry.Release(Gpa);
    }
}
