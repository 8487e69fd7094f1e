using System.Text.Json;

namespace Synic.Inspection;

/// <summary>
/// Takes what a provider shows of itself. A name with slashes makes directories inside each other, equal names become
/// one node (directories are merged, the later of two fields wins), and what an empty name holds goes into this node.
/// </summary>
/// <remarks>One thread, until <see cref="IInspectable.Inspect"/> returns.</remarks>
public sealed class InspectResponse
{
    private const string SplicedName = "$spliced";

    private static readonly InspectUnevaluated s_deep = InspectUnevaluated.Because(InspectCut.Depth);

    private readonly InspectScope _scope;
    private Dictionary<string, InspectResponse?>? _inner; // by name: what fields with slashes made
    private bool _closed;
    private bool _wide;

    internal InspectResponse(InspectScope scope, InspectResponse? parent, string name, int level, int depth)
    {
        _scope = scope;
        Parent = parent;
        Name = name;
        Level = level;
        Depth = depth;
    }

    /// <summary>Differs when children came or went; leave it out when nobody counts that.</summary>
    public long? Generation { get; set; }

    /// <summary>Keys that are ids are to be spelled as OpenVMM does.</summary>
    public bool OpenVmmKeys => _scope.OpenVmmKeys;

    internal InspectResponse? Parent { get; }

    internal string Name { get; }

    /// <summary>Segments of the path that lead here.</summary>
    internal int Level { get; }

    /// <summary>Levels of directories that may be opened below; counts once the path is walked.</summary>
    internal int Depth { get; }

    internal bool Walking => Level < _scope.Segments.Length;

    internal List<InspectEntry> Entries { get; } = [];

    internal int Hidden { get; private set; }

    internal long? Total { get; set; }

    internal string? NextAfter { get; set; }

    /// <summary>What this became instead of a directory.</summary>
    internal InspectNode? Instead { get; set; }

    /// <summary>A C# name as the tree spells it.</summary>
    public static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary>Adds a field; one without a value is left out, unless the traits say why it is not known.</summary>
    public void Field(string name, InspectScalar value, InspectTraits traits = default)
    {
        if (value.Kind != InspectKind.None || traits.NotKnown is not null)
        {
            AddField(name, new InspectValue(value, traits));
        }
    }

    /// <summary>Adds a field with the snake_case name of an enum's value.</summary>
    public void Enum<T>(string name, T? value, InspectTraits traits = default)
        where T : struct, Enum =>
        Field(name, value is { } v ? Snake(v.ToString()) : null, traits);

    /// <summary>Adds bytes, which are copied.</summary>
    public void Bytes(string name, ReadOnlySpan<byte> value, InspectTraits traits = default) => Field(name, value, traits);

    /// <summary>Adds a field that can be changed.</summary>
    /// <param name="name">As of <see cref="Field"/>.</param>
    /// <param name="value">As it is now.</param>
    /// <param name="traits">With <see cref="InspectTraits.Range"/> and <see cref="InspectTraits.Effect"/>.</param>
    /// <param name="update">Checks and takes the new value; on another thread, and later than this answer.</param>
    public void Mutable(string name, InspectScalar value, InspectTraits traits, Func<string, InspectUpdate> update)
    {
        ArgumentNullException.ThrowIfNull(update);
        AddField(name, new InspectValue(value, traits, update));
    }

    /// <summary>Adds a directory that is asked if somebody looks into it.</summary>
    public void Child(string name, IInspectable child, InspectSensitivity sensitivity = InspectSensitivity.Safe)
    {
        ArgumentNullException.ThrowIfNull(child);
        Add(name, child, sensitivity);
    }

    /// <inheritdoc cref="Child(string, IInspectable, InspectSensitivity)"/>
    public void Child(string name, Action<InspectResponse> child, InspectSensitivity sensitivity = InspectSensitivity.Safe)
    {
        ArgumentNullException.ThrowIfNull(child);
        Add(name, child, sensitivity);
    }

    /// <summary>Adds a directory that may answer late or never; the others do not wait for it.</summary>
    /// <param name="name">As of <see cref="Field"/>.</param>
    /// <param name="child">Started at once if somebody looks into it; cancelled when nobody waits any more.</param>
    /// <param name="sensitivity">Of the whole directory.</param>
    public void Deferred(
        string name, Func<CancellationToken, Task<Action<InspectResponse>>> child,
        InspectSensitivity sensitivity = InspectSensitivity.Safe)
    {
        ArgumentNullException.ThrowIfNull(child);
        Add(name, child, sensitivity);
    }

    /// <summary>Adds a wide directory.</summary>
    public void Directory(string name, IInspectDirectory directory, InspectSensitivity sensitivity = InspectSensitivity.Safe)
    {
        ArgumentNullException.ThrowIfNull(directory);
        Add(name, directory, sensitivity);
    }

    /// <summary>Adds a place that cannot be shown.</summary>
    /// <param name="name">As of <see cref="Field"/>.</param>
    /// <param name="code">snake_case, stable.</param>
    /// <param name="message">For people.</param>
    public void Failed(string name, string code, string message) =>
        Add(name, new InspectFailure(code, message), InspectSensitivity.Safe);

    /// <summary>Lets a provider fill this; what it throws becomes the node.</summary>
    internal void Ask(object provider)
    {
        try
        {
            Call(provider, this);
            for (var i = 0; i < Entries.Count; i++) // grows meanwhile
            {
                Splice(i);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Instead = new InspectFailure(InspectFailure.ProviderFailed, e.Message);
        }

        Close();
    }

    /// <summary>Leaves of a full directory what the page shows.</summary>
    internal void CutPage()
    {
        var after = _scope.AfterOf(this);
        if (Walking || _wide || (after is null && Entries.Count <= _scope.PageSize))
        {
            return;
        }

        var page = new List<InspectEntry>(_scope.PageSize);
        var (total, shown, keep) = (0L, 0, false);
        string? last = null, lastShown = null;
        foreach (var entry in Entries.OrderBy(static e => e.Name, NaturalOrder.Instance)) // stable: equal names keep their order
        {
            if (entry.Name.Length != 0 && entry.Name != last)
            {
                last = entry.Name;
                total++;
                var wanted = after is null || NaturalOrder.Instance.Compare(last, after) > 0;
                keep = wanted && shown < _scope.PageSize;
                (shown, lastShown) = keep ? (shown + 1, last) : (shown, lastShown);
                NextAfter = wanted && !keep ? lastShown : NextAfter;
            }

            if (keep || entry.Name.Length == 0)
            {
                page.Add(entry);
            }
        }

        Entries.Clear();
        Entries.AddRange(page);
        Total = total;
    }

    internal string PathText()
    {
        var names = new Stack<string>();
        for (var at = this; at is not null; at = at.Parent)
        {
            if (at.Name.Length != 0)
            {
                names.Push(at.Name);
            }
        }

        return string.Join('/', names);
    }

    private static void Call(object provider, InspectResponse response)
    {
        switch (provider)
        {
            case IInspectable inspectable:
                inspectable.Inspect(response);
                break;
            case Action<InspectResponse> action:
                action(response);
                break;
            case IInspectDirectory directory:
                response.Fill(directory);
                break;
        }
    }

    private void Splice(int index)
    {
        if (Entries[index] is not { Name: "" } entry)
        {
            return;
        }

        if (entry.What is InspectNode)
        {
            Entries[index] = entry with { Name = SplicedName }; // a field needs a name
        }
        else if (entry.What is not Func<CancellationToken, Task<Action<InspectResponse>>>)
        {
            _scope.Spend(1);
            Entries[index] = entry with { What = InspectDirectory.Empty };
            try
            {
                Call(entry.What, this);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Entries.Add(new InspectEntry(SplicedName, new InspectFailure(InspectFailure.ProviderFailed, e.Message)));
            }
        }
    }

    private void Fill(IInspectDirectory directory)
    {
        if (Walking)
        {
            directory.Find(_scope.Segments[Level], this);
            return;
        }

        _wide = true;
        var before = Entries.Count;
        directory.List(_scope.AfterOf(this), _scope.PageSize + 1, this);
        Total = directory.Count;
        Generation = directory.Generation;
        if (Entries.Count - before > _scope.PageSize)
        {
            Entries.RemoveRange(before + _scope.PageSize, Entries.Count - before - _scope.PageSize);
            NextAfter = Entries[^1].Name;
        }
        else if (Entries.Count - before == Total)
        {
            Total = null; // all of it is here
        }
    }

    private void AddField(string name, InspectValue value) => Add(name, value, value.Traits.Sensitivity);

    private void Add(string name, object what, InspectSensitivity sensitivity)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_closed)
        {
            throw new InvalidOperationException("this answer was finished when Inspect returned");
        }

        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            AddInside(name.AsSpan(0, slash), name.AsSpan(slash + 1).Trim('/'), what, sensitivity);
        }
        else if (!Walking || name.Length == 0 || name == _scope.Segments[Level])
        {
            AddHere(name, what, sensitivity);
        }
    }

    private void AddHere(string name, object what, InspectSensitivity sensitivity)
    {
        _scope.Spend(1);
        if (sensitivity > _scope.MaxSensitivity)
        {
            if (Walking)
            {
                Entries.Add(new InspectEntry(name, InspectUnevaluated.Because(InspectCut.Sensitivity)));
            }
            else
            {
                Hidden++;
            }
        }
        else if (what is InspectValue && Level + 1 < _scope.Segments.Length)
        {
            Entries.Add(new InspectEntry(name, new InspectFailure(
                InspectFailure.NotADirectory, $"'{name}' is a field: nothing is below it")));
        }
        else
        {
            Entries.Add(new InspectEntry(name, what is InspectNode || name.Length == 0 || MayOpen ? what : s_deep));
        }
    }

    private bool MayOpen => Walking || Depth > 0;

    private void AddInside(ReadOnlySpan<char> head, ReadOnlySpan<char> rest, object what, InspectSensitivity sensitivity)
    {
        if (head.IsEmpty || rest.IsEmpty)
        {
            Add((head.IsEmpty ? rest : head).ToString(), what, sensitivity);
            return;
        }

        if (Walking && !head.SequenceEqual(_scope.Segments[Level]))
        {
            return;
        }

        _inner ??= [];
        var name = head.ToString();
        if (!_inner.TryGetValue(name, out var inner))
        {
            inner = MayOpen ? Open(name) : null;
            _inner.Add(name, inner);
            Entries.Add(new InspectEntry(name, (object?)inner ?? s_deep));
        }

        inner?.Add(rest.ToString(), what, sensitivity);
    }

    /// <summary>The answer of a child.</summary>
    internal InspectResponse Open(string name) =>
        Walking ? new InspectResponse(_scope, this, name, Level + 1, Depth) : new InspectResponse(_scope, this, name, Level, Depth - 1);

    /// <summary>The answer of a child that goes into this one.</summary>
    internal InspectResponse OpenSpliced() => new(_scope, this, SplicedName, Level, Depth);

    private void Close()
    {
        _closed = true;
        if (_inner is not null)
        {
            foreach (var inner in _inner.Values)
            {
                inner?.Close();
            }
        }
    }
}

/// <summary>A child while the tree is built: a node, a provider that was not asked yet, an answer, or a branch.</summary>
internal readonly record struct InspectEntry(string Name, object What);
