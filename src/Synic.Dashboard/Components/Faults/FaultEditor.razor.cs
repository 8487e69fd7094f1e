using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Client;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Faults;

/// <summary>Writes a rule, in a form or as JSON, and shows all the while what it would mean and what the daemon objects to.</summary>
public sealed partial class FaultEditor : IDisposable
{
    private static readonly TimeSpan s_typing = TimeSpan.FromMilliseconds(300);
    private static readonly FaultField s_id = new("id", "Id", FaultFieldKind.Text) { Placeholder = "made by the daemon" };
    private static readonly FaultField s_name = new("name", "Name", FaultFieldKind.Text) { Placeholder = "for people" };

    private readonly CancellationTokenSource _closing = new();
    private FaultDraft _draft = null!;
    private IReadOnlyDictionary<string, string[]> _errors = new Dictionary<string, string[]>();
    private FaultPreview? _preview;
    private string? _refusal;
    private string? _saveRefusal;
    private string _text = "";
    private bool _asText;
    private bool _busy;
    private int _changes;

    [Inject]
    public required ISynicClient Client { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    /// <summary>The one to change; null: a new one.</summary>
    [Parameter]
    public FaultSummary? Rule { get; set; }

    /// <summary>What a new one begins with; null: the usual.</summary>
    [Parameter]
    public FaultRuleSpec? Start { get; set; }

    [Parameter]
    public EventCallback<FaultSummary> OnSaved { get; set; }

    [Parameter]
    public EventCallback OnClosed { get; set; }

    private string Heading => Rule is null ? "New rule" : $"Rule {Rule.Id}";

    protected override Task OnInitializedAsync()
    {
        _draft = Rule is not null ? FaultDraft.Of(Rule.Rule) : Start is not null ? FaultDraft.Of(Start) : FaultDraft.New();
        return PreviewAsync();
    }

    private bool IsShown(FaultField field) => field.IsShown(_draft.Get("match.operation"), _draft.Get("action.kind"));

    private bool IsAtAField(string path) => (Rule is null && s_id.Has(path)) || s_name.Has(path) || FaultField.All.Any(f => IsShown(f) && f.Has(path));

    private IEnumerable<string> ErrorsOf(FaultField field) => _errors.Where(e => field.Has(e.Key)).SelectMany(static e => e.Value);

    private void ShowText(bool asText)
    {
        _asText = asText;
        _text = _draft.Text;
    }

    private Task WriteText(string? text)
    {
        _text = text ?? "";
        _draft.SetText(_text);
        return ChangedAsync();
    }

    // Each key is not a question: what counts is what stands there when the writer stops for a moment.
    private async Task ChangedAsync()
    {
        var change = ++_changes;
        _saveRefusal = null;
        try
        {
            await Task.Delay(s_typing, Time, _closing.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (change == _changes)
        {
            await PreviewAsync();
        }
    }

    private async Task PreviewAsync()
    {
        var change = _changes;
        if (!TryRead(out var rule))
        {
            _preview = null;
            return;
        }

        try
        {
            var preview = await Client.PreviewFaultAsync(Partition, rule, _closing.Token);
            if (change == _changes)
            {
                (_preview, _refusal, _errors) = (preview, null, new Dictionary<string, string[]>());
            }
        }
        catch (SynicProblemException e)
        {
            if (change == _changes)
            {
                (_preview, _errors) = (null, e.Errors);
                _refusal = e.Errors.Count > 0 ? null : e.Message;
            }
        }
        catch (Exception e) when (e is SynicForbiddenException or SynicUnavailableException)
        {
            (_preview, _refusal) = (null, e.Message);
        }
        catch (OperationCanceledException)
        {
            // The editor is closed.
        }
    }

    private bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FaultRuleSpec? rule)
    {
        rule = null;
        return _draft.TextError is null && _draft.TryRead(out rule, out _errors);
    }

    private async Task SaveAsync()
    {
        if (!TryRead(out var rule))
        {
            _saveRefusal = "Not saved: the rule has mistakes.";
            return;
        }

        _busy = true;
        try
        {
            rule = rule with { Arm = false };
            await OnSaved.InvokeAsync(Rule is null
                ? await Client.CreateFaultAsync(Partition, rule, CancellationToken.None)
                : await Client.ReplaceFaultAsync(Partition, Rule.Id, rule, Rule.Version, CancellationToken.None));
        }
        catch (SynicProblemException e)
        {
            (_errors, _saveRefusal) = (e.Errors, e.Errors.Count > 0 ? "Not saved: the rule has mistakes." : e.Message);
        }
        catch (Exception e) when (e is SynicForbiddenException or SynicUnavailableException)
        {
            _saveRefusal = $"Not saved: {e.Message}";
        }
        finally
        {
            _busy = false;
        }
    }

    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }
}
