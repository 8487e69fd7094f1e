using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Components.Faults;

/// <summary>Takes rules from a file or a text, shows what they are, and then brings them in as drafts.</summary>
public sealed partial class ImportDialog
{
    private const long MaxFile = 1 << 20; // as much as the API takes

    private string _text = "";
    private bool _replace;
    private bool _busy;
    private FaultImportResult? _checked;
    private IReadOnlyList<string> _problems = [];

    [Inject]
    public required ISynicClient Client { get; init; }

    [Parameter, EditorRequired]
    public required string Partition { get; set; }

    [Parameter]
    public EventCallback OnImported { get; set; }

    [Parameter]
    public EventCallback OnClosed { get; set; }

    private void Write(string? text)
    {
        _text = text ?? "";
        (_checked, _problems) = (null, []);
    }

    private void ToggleReplace()
    {
        _replace = !_replace;
        (_checked, _problems) = (null, []);
    }

    private async Task ReadFileAsync(InputFileChangeEventArgs chosen)
    {
        try
        {
            using var reader = new StreamReader(chosen.File.OpenReadStream(MaxFile));
            Write(await reader.ReadToEndAsync());
        }
        catch (IOException e)
        {
            _problems = [$"The file cannot be read: {e.Message}"];
        }
    }

    private async Task SendAsync(bool dryRun)
    {
        if (!TryRead(out var set, out var mistake))
        {
            _problems = [mistake];
            return;
        }

        _busy = true;
        try
        {
            _checked = await Client.ImportFaultsAsync(Partition, set, _replace, dryRun, CancellationToken.None);
            _problems = [];
            if (!dryRun)
            {
                await OnImported.InvokeAsync();
            }
        }
        catch (SynicProblemException e)
        {
            _problems = e.Errors.Count > 0 ? [.. e.Errors.Select(static p => $"{p.Key} {string.Join("; ", p.Value)}")] : [e.Message];
            _checked = null;
        }
        catch (Exception e) when (e is SynicForbiddenException or SynicUnavailableException)
        {
            (_problems, _checked) = ([e.Message], null);
        }
        finally
        {
            _busy = false;
        }
    }

    private bool TryRead(out FaultRuleSet set, out string mistake)
    {
        mistake = "";
        set = new FaultRuleSet();
        try
        {
            using var document = JsonDocument.Parse(_text);
            set = document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("rules", out _)
                ? document.Deserialize<FaultRuleSet>(SynicJson.Options)!
                : new FaultRuleSet { Rules = [document.Deserialize<FaultRuleSpec>(SynicJson.Options)] };
        }
        catch (JsonException e)
        {
            mistake = e.Path is { Length: > 2 } path ? $"{path[2..]} is not what it has to be there." : $"Line {e.LineNumber + 1}, character {e.BytePositionInLine + 1}: this is no JSON.";
        }

        return mistake.Length == 0;
    }
}
