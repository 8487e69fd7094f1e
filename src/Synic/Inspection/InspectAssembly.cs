using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Synic.Inspection;

/// <summary>Makes the finished tree of what the branches have answered so far.</summary>
internal sealed class InspectAssembly(InspectScope scope)
{
    private const string SplicedName = "$spliced";

    private readonly List<InspectIncomplete> _incomplete = [];

    public IReadOnlyList<InspectIncomplete> Incomplete => _incomplete;

    public InspectNode Node(object what)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return InspectUnevaluated.Because(InspectCut.Depth);
        }

        return what switch
        {
            InspectNode node => node,
            InspectBranch { Answer: { } answer } => Node(answer),
            InspectBranch branch => Late(branch.Top.PathText()),
            InspectResponse { Instead: { } instead } response => Instead(response, instead),
            InspectResponse { Walking: true } response => Walk(response),
            InspectResponse response => Directory(response),
            _ => InspectUnevaluated.Because(InspectCut.Deadline),
        };
    }

    private InspectUnevaluated Late(string path)
    {
        _incomplete.Add(new InspectIncomplete(path, "deadline"));
        return InspectUnevaluated.Because(InspectCut.Deadline);
    }

    private InspectNode Instead(InspectResponse response, InspectNode instead)
    {
        _incomplete.Add(new InspectIncomplete(response.PathText(), instead is InspectFailure failure ? failure.Code : "deadline"));
        return instead;
    }

    private InspectNode Walk(InspectResponse response)
    {
        InspectNode? found = null;
        foreach (var entry in response.Entries)
        {
            if (entry.What is InspectDirectory { Children.IsEmpty: true } && entry.Name.Length == 0)
            {
                continue; // was spliced in
            }

            var node = Node(entry.What);
            found = found is null ? node : Merge(found, node);
        }

        return found ?? new InspectFailure(
            InspectFailure.PathNotFound, $"there is no '{scope.Segments[response.Level]}' in '{response.PathText()}'");
    }

    private InspectDirectory Directory(InspectResponse response)
    {
        var children = ImmutableArray.CreateBuilder<InspectChild>(response.Entries.Count);
        var hidden = response.Hidden;
        foreach (var (name, what) in response.Entries)
        {
            var node = Node(what);
            if (name.Length != 0)
            {
                children.Add(new InspectChild(name, node));
            }
            else if (node is InspectDirectory spliced)
            {
                children.AddRange(spliced.Children);
                hidden += spliced.Hidden;
            }
            else
            {
                children.Add(new InspectChild(SplicedName, node));
            }
        }

        return new InspectDirectory(InOrder(children))
        {
            Hidden = hidden,
            Total = response.Total,
            NextAfter = response.NextAfter,
            Generation = response.Generation,
        };
    }

    private static ImmutableArray<InspectChild> InOrder(ImmutableArray<InspectChild>.Builder children)
    {
        var sorted = true;
        for (var i = 1; sorted && i < children.Count; i++)
        {
            sorted = NaturalOrder.Instance.Compare(children[i - 1].Name, children[i].Name) < 0;
        }

        if (sorted)
        {
            return children.DrainToImmutable();
        }

        var merged = ImmutableArray.CreateBuilder<InspectChild>(children.Count);
        foreach (var child in children.OrderBy(static c => c.Name, NaturalOrder.Instance)) // stable: the later comes later
        {
            if (merged.Count != 0 && merged[^1].Name == child.Name)
            {
                merged[^1] = child with { Node = Merge(merged[^1].Node, child.Node) };
            }
            else
            {
                merged.Add(child);
            }
        }

        return merged.DrainToImmutable();
    }

    /// <summary>What two nodes of one name become.</summary>
    private static InspectNode Merge(InspectNode earlier, InspectNode later) => (earlier, later) switch
    {
        (InspectDirectory a, InspectDirectory b) => Merge(a, b),
        _ => Rank(earlier) > Rank(later) ? earlier : later,
    };

    private static InspectDirectory Merge(InspectDirectory earlier, InspectDirectory later)
    {
        var children = ImmutableArray.CreateBuilder<InspectChild>(earlier.Children.Length + later.Children.Length);
        children.AddRange(earlier.Children);
        children.AddRange(later.Children);
        return new InspectDirectory(InOrder(children))
        {
            Hidden = earlier.Hidden + later.Hidden,
            Total = later.Total ?? earlier.Total,
            NextAfter = later.NextAfter ?? earlier.NextAfter,
            Generation = later.Generation ?? earlier.Generation,
        };
    }

    private static int Rank(InspectNode node) => node switch
    {
        InspectDirectory => 4,
        InspectValue => 3,
        InspectUnevaluated => 2,
        InspectFailure { Code: InspectFailure.PathNotFound } => 0,
        _ => 1,
    };
}
