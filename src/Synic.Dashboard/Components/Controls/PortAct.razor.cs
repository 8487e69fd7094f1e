using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Components.Controls;

/// <summary>Posts or signals as the guest would, and says what it would get. Only for who may.</summary>
public sealed partial class PortAct
{
    private string _operation = "post";
    private int _vtl;
    private int _vp;
    private string _type = "1";
    private string _payload = "";
    private string _flag = "0";
    private bool _calling;
    private string? _mistake;
    private HypercallOutcome? _outcome;
    private DateTimeOffset _at;

    [Inject]
    public required ISynicClient Client { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    [Parameter, EditorRequired]
    public required string Id { get; set; }

    /// <summary>Of the port; null: there is none.</summary>
    [Parameter]
    public string? Kind { get; set; }

    [Parameter]
    public int Vps { get; set; } = 1;

    protected override void OnInitialized() => _operation = Kind == "event" ? "signal" : "post";

    private async Task CallAsync()
    {
        (_calling, _mistake, _outcome) = (true, null, null);
        try
        {
            _mistake = await Refusals.OfAsync(async () => _outcome = _operation == "post" ? await PostAsync() : await SignalAsync());
            _at = Time.GetUtcNow();
        }
        catch (FormatException e)
        {
            _mistake = e.Message;
        }
        finally
        {
            _calling = false;
        }
    }

    private Task<HypercallOutcome> PostAsync() => Client.PostAsync(
        Partition,
        Id,
        new PostMessageRequest { Vp = (uint)_vp, Vtl = _vtl, MessageType = Number(_type, uint.MaxValue, "Type"), Payload = Convert.ToBase64String(Payload()) },
        CancellationToken.None);

    private Task<HypercallOutcome> SignalAsync() => Client.SignalAsync(
        Partition, Id, new SignalEventRequest { Vp = (uint)_vp, Vtl = _vtl, Flag = (int)Number(_flag, ushort.MaxValue, "Flag") }, CancellationToken.None);

    private byte[] Payload()
    {
        if (!_payload.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return Encoding.UTF8.GetBytes(_payload);
        }

        try
        {
            return Convert.FromHexString(_payload[2..].Replace(" ", "", StringComparison.Ordinal));
        }
        catch (FormatException)
        {
            throw new FormatException("Behind 0x the payload is pairs of hex digits.");
        }
    }

    private static uint Number(string text, uint maximum, string name)
    {
        var hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var valid = hex
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        return valid && number <= maximum ? number : throw new FormatException($"{name} is a number from 0 to {maximum}, decimal or 0x….");
    }
}
