using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Synic.Contracts;
using Synic.Dashboard.Client;

namespace Synic.Dashboard.Model;

/// <summary>A rule while it is written: one JSON document that the form and the text both change.</summary>
public sealed class FaultDraft
{
    private static readonly JsonSerializerOptions s_brief = new(SynicJson.Options)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault, WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // shown as text, never as HTML
    };

    private JsonObject _document;

    private FaultDraft(JsonObject document) => _document = document;

    /// <summary>What is wrong with the text; then the document is as it was before it.</summary>
    public string? TextError { get; private set; }

    public static FaultDraft New() => Of(new FaultRuleSpec
    {
        Match = new FaultMatchSpec { Operation = "post_message" },
        Action = new FaultActionSpec { Kind = "status", Status = "insufficient_buffers" },
        TtlSeconds = 300,
    });

    public static FaultDraft Of(FaultRuleSpec rule) =>
        new(JsonSerializer.SerializeToNode(rule with { Arm = false }, s_brief)!.AsObject());

    /// <summary>The whole rule as text.</summary>
    public string Text => _document.ToJsonString(s_brief);

    /// <summary>A field as it is written in the form; empty when it is not given.</summary>
    public string Get(string path) => Find(path) switch
    {
        null => "",
        JsonArray list => string.Join(", ", list.Select(Plain)),
        var node => Plain(node),
    };

    public bool IsSet(string path) => Find(path) is JsonValue value && value.TryGetValue<bool>(out var set) && set;

    /// <summary>Writes a field of the form; a text that is no number stays, for the daemon's or this page's error.</summary>
    public void Set(FaultField field, string? text)
    {
        text = text?.Trim() ?? "";
        Put(field.Path, text.Length == 0 ? null : field.Kind switch
        {
            FaultFieldKind.Number => Number(text),
            FaultFieldKind.Ids => new JsonArray([.. Parts(text).Select(static p => (JsonNode)p)]),
            FaultFieldKind.Numbers => new JsonArray([.. Parts(text).Select(Number)]),
            FaultFieldKind.Flag => text == "true" ? true : null,
            _ => text,
        });
        if (field.Path is "action.kind" or "match.operation")
        {
            foreach (var other in FaultField.All.Where(f => !f.IsShown(Get("match.operation"), Get("action.kind"))))
            {
                Put(other.Path, null); // it would mean nothing to the action, which the daemon refuses
            }
        }
    }

    public void SetText(string text)
    {
        try
        {
            if (JsonNode.Parse(text) is JsonObject document)
            {
                _ = document.Count; // a member twice is found when it is looked at
                _document = document;
                TextError = null;
            }
            else
            {
                TextError = "A rule is a JSON object.";
            }
        }
        catch (JsonException e)
        {
            TextError = $"Line {e.LineNumber + 1}, character {e.BytePositionInLine + 1}: this is no JSON.";
        }
        catch (ArgumentException e)
        {
            TextError = e.Message;
        }
    }

    /// <param name="rule">Ready to be sent.</param>
    /// <param name="errors">By path, as the daemon gives them.</param>
    public bool TryRead([NotNullWhen(true)] out FaultRuleSpec? rule, out IReadOnlyDictionary<string, string[]> errors)
    {
        errors = new Dictionary<string, string[]>();
        rule = null;
        try
        {
            rule = _document.Deserialize<FaultRuleSpec>(SynicJson.Options);
        }
        catch (JsonException e)
        {
            var path = e.Path is { Length: > 2 } p ? p[2..] : "";
            var known = path.Length > 0 && !e.Message.Contains("could not be mapped", StringComparison.Ordinal);
            errors = new Dictionary<string, string[]> { [path] = [known ? "is not of the right kind: a number is needed here, or a text" : "is no member of a rule"] };
        }

        return rule is not null;
    }

    private JsonNode? Find(string path)
    {
        JsonNode? node = _document;
        foreach (var name in path.Split('.'))
        {
            node = node is JsonObject inner ? inner[name] : null;
        }

        return node;
    }

    private void Put(string path, JsonNode? value)
    {
        var names = path.Split('.');
        var target = _document;
        foreach (var name in names[..^1])
        {
            if (target[name] is not JsonObject inner)
            {
                if (value is null)
                {
                    return;
                }

                target[name] = inner = [];
            }

            target = inner;
        }

        if (value is not null)
        {
            target[names[^1]] = value;
        }
        else if (target.Remove(names[^1]) && target.Count == 0 && names is ["trigger", ..])
        {
            _document.Remove("trigger");
        }
    }

    private static string[] Parts(string text) => text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static JsonNode Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
        : text;

    private static string Plain(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : node?.ToJsonString() ?? "";
}
