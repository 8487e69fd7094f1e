using System.Collections.Immutable;

namespace Synic.Inspection;

/// <summary>A finished piece of a tree; nothing in it changes any more.</summary>
public abstract class InspectNode
{
    private protected InspectNode()
    {
    }
}

/// <summary>A field.</summary>
public sealed class InspectValue : InspectNode
{
    internal InspectValue(InspectScalar value, InspectTraits traits, Func<string, InspectUpdate>? updater = null)
    {
        Value = value;
        Traits = traits;
        Updater = updater;
    }

    /// <summary>Of kind <see cref="InspectKind.None"/> when it is not known; the traits say why.</summary>
    public InspectScalar Value { get; }

    public InspectTraits Traits { get; }

    public bool Mutable => Updater is not null;

    internal Func<string, InspectUpdate>? Updater { get; }
}

/// <summary>A child and its name.</summary>
public readonly record struct InspectChild(string Name, InspectNode Node);

/// <summary>Fields and directories by name, in natural order.</summary>
public sealed class InspectDirectory : InspectNode
{
    public static InspectDirectory Empty { get; } = new([]);

    internal InspectDirectory(ImmutableArray<InspectChild> children) => Children = children;

    public ImmutableArray<InspectChild> Children { get; }

    /// <summary>Children that the caller may not see.</summary>
    public int Hidden { get; init; }

    /// <summary>Children in all, when this is a page; otherwise null.</summary>
    public long? Total { get; init; }

    /// <summary>What to ask for to get the next page; null on the last one.</summary>
    public string? NextAfter { get; init; }

    /// <summary>Differs when children came or went; null when nobody counts that.</summary>
    public long? Generation { get; init; }

    /// <returns>Null when there is none; so also when it is on another page.</returns>
    public InspectNode? this[string name]
    {
        get
        {
            foreach (var child in Children)
            {
                if (child.Name == name)
                {
                    return child.Node;
                }
            }

            return null;
        }
    }
}

/// <summary>A place that could not be shown.</summary>
public sealed class InspectFailure : InspectNode
{
    /// <summary>Nothing has this path.</summary>
    public const string PathNotFound = "path_not_found";

    /// <summary>The path goes on behind a field.</summary>
    public const string NotADirectory = "not_a_directory";

    /// <summary>The code that should have answered threw.</summary>
    public const string ProviderFailed = "provider_failed";

    internal InspectFailure(string code, string message)
    {
        Code = code;
        Message = message;
    }

    /// <summary>snake_case, stable.</summary>
    public string Code { get; }

    /// <summary>For people.</summary>
    public string Message { get; }
}

/// <summary>Why a directory was not opened.</summary>
public enum InspectCut
{
    /// <summary>The request did not ask so deep.</summary>
    Depth,

    /// <summary>It did not answer in time, or still has not answered an earlier request.</summary>
    Deadline,

    /// <summary>The answer is large enough; ask for this path.</summary>
    Paged,

    /// <summary>The caller may not see it.</summary>
    Sensitivity,
}

/// <summary>A directory that was not opened.</summary>
public sealed class InspectUnevaluated : InspectNode
{
    private static readonly InspectUnevaluated[] s_all =
        [.. Enum.GetValues<InspectCut>().Select(static reason => new InspectUnevaluated(reason))];

    private InspectUnevaluated(InspectCut reason) => Reason = reason;

    public InspectCut Reason { get; }

    public static InspectUnevaluated Because(InspectCut reason) => s_all[(int)reason];
}
