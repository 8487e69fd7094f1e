namespace Synic.Inspection;

/// <summary>Shows its state as a tree.</summary>
public interface IInspectable
{
    /// <summary>
    /// Says what there is now: fields at once, children by a reference that is asked only when somebody looks. Copy
    /// under your lock and fill afterwards; children are asked after this has returned.
    /// </summary>
    void Inspect(InspectResponse node);
}

/// <summary>A directory that is too wide to be filled: it is read page by page, and one key at a time.</summary>
/// <remarks>Make one object per answer, over one picture, so that count, generation and children fit each other.</remarks>
public interface IInspectDirectory
{
    /// <summary>Children in all.</summary>
    long Count { get; }

    /// <summary>Changes when children come or go; null when nobody counts that.</summary>
    long? Generation { get; }

    /// <summary>Adds the children after a key, in natural order, at most <paramref name="limit"/> of them.</summary>
    /// <param name="after">Any text, also one that is no key; null: from the beginning.</param>
    /// <param name="limit">At least 1.</param>
    /// <param name="node">Takes them.</param>
    void List(string? after, int limit, InspectResponse node);

    /// <summary>Adds the child with this key, if there is one.</summary>
    void Find(string key, InspectResponse node);
}
