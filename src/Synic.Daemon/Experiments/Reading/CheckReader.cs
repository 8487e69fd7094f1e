using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Synic.Contracts.Filters;
using Synic.Daemon.Experiments.Checks;

namespace Synic.Daemon.Experiments.Reading;

/// <summary>Reads what is waited for and what is expected: a subject, and what it has to be.</summary>
/// <param name="rules">Ids of the rules that there are.</param>
/// <param name="mistakes">Gets what is wrong.</param>
internal sealed partial class CheckReader(IReadOnlySet<string> rules, Mistakes mistakes)
{
    private static readonly string[] s_subjects =
        ["serial", "serialMatches", "events", "metric", "rule", "port", "vmbus", "explain", "explainSint", "guest", "get", "afterSeconds"];

    private static readonly string[] s_guestStates = ["created", "running", "ended", "failed", "stopped"];

    /// <summary>A check or a list of them.</summary>
    /// <param name="parent">Has the member.</param>
    /// <param name="member">Its name.</param>
    /// <param name="isWait">The step waits for them itself.</param>
    public IReadOnlyList<Check> ReadAll(StrictObject parent, string member, bool isWait = false)
    {
        var checks = new List<Check>();
        foreach (var (json, path) in parent.Items(member, orOne: true))
        {
            if (Read(new StrictObject(json, path, mistakes), isWait) is { } check)
            {
                checks.Add(check);
            }
        }

        return checks;
    }

    private Check? Read(StrictObject check, bool isWait)
    {
        if (!check.IsObject)
        {
            return null;
        }

        var subjects = s_subjects.Where(check.Has).ToList();
        if (subjects is not [var subject])
        {
            mistakes.Add(check.Path, $"has exactly one of {string.Join(", ", s_subjects)}{(subjects.Count == 0 ? "" : $", not {string.Join(" and ", subjects)}")}");
            return null;
        }

        var name = check.Text("name");
        var within = isWait ? null : check.Seconds("withinSeconds", 0.001, ExperimentReader.LongestSeconds);
        if (subject == "afterSeconds" && !isWait)
        {
            check.Mistake(subject, "is for \"when\": what is to be true after a time belongs into a step's \"expect\"");
        }

        Check? read = subject switch
        {
            "serial" or "serialMatches" => ReadSerial(check, subject, name, within),
            "events" => ReadEvents(check, name, within),
            "metric" => ReadMetric(check, name, within),
            "afterSeconds" => ReadAfter(check, name),
            _ => ReadState(check, subject, name, within),
        };
        check.RefuseUnknown();
        return read;
    }

    private static AfterCheck? ReadAfter(StrictObject check, string? name)
    {
        var after = check.Seconds("afterSeconds", 0, ExperimentReader.LongestSeconds);
        return after is not { } time ? null : new AfterCheck
        {
            Name = name,
            After = time,
            Expected = new Comparison([new Condition(ConditionKind.AtLeast, JsonSerializer.SerializeToElement(time.TotalSeconds))]),
        };
    }

    private static SerialCheck? ReadSerial(StrictObject check, string subject, string? name, TimeSpan? within)
    {
        var expected = ComparisonReader.Read(check, ComparisonReader.AtLeastOne);
        if (check.Text(subject) is not { } text)
        {
            return null;
        }

        try
        {
            var pattern = new SerialPattern(text, expression: subject == "serialMatches");
            return new SerialCheck { Name = name, Within = within, Expected = expected, Pattern = pattern };
        }
        catch (ArgumentException e)
        {
            check.Mistake(subject, $"is no regular expression: {e.Message}");
            return null;
        }
    }

    private static EventCheck? ReadEvents(StrictObject check, string? name, TimeSpan? within)
    {
        var expected = ComparisonReader.Read(check, ComparisonReader.AtLeastOne);
        if (check.Text("events") is not { } text)
        {
            return null;
        }

        var filter = EventFilters.Table.Parse(text);
        foreach (var error in filter.Errors)
        {
            check.Mistake("events", $"is no filter: {error.Message}");
        }

        return new EventCheck { Name = name, Within = within, Expected = expected, Filter = filter };
    }

    private MetricCheck? ReadMetric(StrictObject check, string? name, TimeSpan? within)
    {
        var expected = ComparisonReader.Read(check, ComparisonReader.AtLeastOne);
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        if (check.Value("labels") is { ValueKind: JsonValueKind.Object } given)
        {
            foreach (var label in given.EnumerateObject())
            {
                labels[label.Name] = label.Value.ToString();
            }
        }
        else if (check.Has("labels"))
        {
            check.Mistake("labels", "is an object of label names and their values");
        }

        var metric = check.Text("metric");
        if (metric is not null && !MetricName().IsMatch(metric))
        {
            mistakes.Add(check.PathOf("metric"), $"is a name as in /metrics, such as synic_post_message_failures_total; labels stand in \"labels\"; not '{metric}'");
        }

        return metric is null ? null : new MetricCheck { Name = name, Within = within, Expected = expected, Metric = metric, Labels = labels };
    }

    private StateCheck? ReadState(StrictObject check, string subject, string? name, TimeSpan? within)
    {
        var (path, at, label) = subject switch
        {
            "rule" => ReadRule(check),
            "port" => Number(check, subject) is { } port ? ($"ports/{port}", "", $"port {port}") : default,
            "vmbus" => ("vmbus", check.Text(subject) ?? "", "vmbus"),
            "explain" or "explainSint" => ReadExplain(check, subject),
            "guest" => ("", "/state", "guest"),
            _ => Below(check) is { } below ? (below, "", below) : default,
        };
        var counts = subject == "rule" && !check.Has("at");
        if (subject != "vmbus" && subject != "guest")
        {
            at = check.Text("at") ?? at;
        }

        var pointer = JsonPointer.TryParse(at ?? "");
        if (pointer is null)
        {
            check.Mistake(subject == "vmbus" ? subject : "at", $"is a place such as /connection/version or /channels/[name=heartbeat]/state, not '{at}'");
        }

        var expected = subject == "guest" ? ReadGuest(check) : ComparisonReader.Read(check, counts ? ComparisonReader.AtLeastOne : ComparisonReader.IsThere);
        return path is null || pointer is null ? null : new StateCheck
        {
            Name = name,
            Within = within,
            Expected = expected,
            Path = path,
            At = pointer,
            Label = subject == "guest" || pointer.Text.Length == 0 ? label! : $"{label} {pointer.Text}",
            OfRule = subject == "rule",
        };
    }

    private (string? Path, string? At, string? Label) ReadRule(StrictObject check)
    {
        if (check.Text("rule") is not { } id)
        {
            return default;
        }

        if (!rules.Contains(id))
        {
            check.Mistake("rule", $"names no rule of this experiment: '{id}'; there are {(rules.Count == 0 ? "none" : string.Join(", ", rules.Order(StringComparer.Ordinal)))}");
        }

        return ($"faults/{id}", "/hits", $"rule {id}");
    }

    private static (string? Path, string? At, string? Label) ReadExplain(StrictObject check, string subject)
    {
        var query = new List<string>();
        if (check.Word("operation", "post", "signal") is { } operation)
        {
            query.Add($"operation={operation}");
        }

        foreach (var (member, most) in (ReadOnlySpan<(string, ulong)>)[("vtl", 2), ("size", uint.MaxValue), ("flag", ushort.MaxValue)])
        {
            if (subject == "explainSint" && member == "size")
            {
                continue;
            }

            if (check.Whole(member, most) is { } value)
            {
                query.Add(string.Create(CultureInfo.InvariantCulture, $"{member}={value}"));
            }
        }

        var text = query.Count == 0 ? "" : $"?{string.Join('&', query)}";
        if (subject == "explain")
        {
            return Number(check, subject) is { } port ? ($"ports/{port}/explain{text}", "/verdict/result", $"explain {port}{text}") : default;
        }

        var sint = check.Whole(subject, 15);
        var vp = check.Whole("vp", uint.MaxValue) ?? 0;
        return sint is null ? default : (
            string.Create(CultureInfo.InvariantCulture, $"vps/{vp}/sints/{sint}/explain{text}"), "/verdict/result",
            string.Create(CultureInfo.InvariantCulture, $"explain VP {vp} SINT {sint}{text}"));
    }

    private static Comparison ReadGuest(StrictObject check)
    {
        var state = check.Word("guest", s_guestStates) ?? s_guestStates[0];
        return new Comparison([new Condition(ConditionKind.EqualTo, JsonSerializer.SerializeToElement(state))]);
    }

    private string? Below(StrictObject check)
    {
        if (check.Text("get") is not { } path)
        {
            return null;
        }

        if (!PathBelow().IsMatch(path) || path.Split('/', '?').Any(static s => s is "." or ".."))
        {
            mistakes.Add(check.PathOf("get"), $"is a path of the API below the partition, such as vmbus or ports/0x1000, not '{path}'");
            return null;
        }

        return path;
    }

    private static string? Number(StrictObject check, string member) =>
        check.Whole(member, uint.MaxValue) is { } number ? string.Create(CultureInfo.InvariantCulture, $"0x{number:x}") : null;

    [GeneratedRegex("^[a-zA-Z_:][a-zA-Z0-9_:]*$", RegexOptions.CultureInvariant)]
    private static partial Regex MetricName();

    [GeneratedRegex("^[a-zA-Z0-9_][a-zA-Z0-9_.~:/%-]*(\\?[a-zA-Z0-9_.~:/%&=,*>< -]*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex PathBelow();
}
