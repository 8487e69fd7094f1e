using Synic.Inspection;

namespace Synic.Daemon.Inspection;

/// <summary>A kept tree, to be looked at like a live one.</summary>
internal sealed class SnapshotNode(InspectNode node) : IInspectable, IInspectDirectory
{
    private const string NotInSnapshot = "not_in_snapshot";

    private readonly InspectDirectory _directory = node as InspectDirectory ?? InspectDirectory.Empty;

    public long Count => _directory.Children.Length;

    public long? Generation => _directory.Generation;

    public void Inspect(InspectResponse node) => List(after: null, int.MaxValue, node);

    public void List(string? after, int limit, InspectResponse node)
    {
        foreach (var (name, child) in _directory.Children
            .Where(c => after is null || NaturalOrder.Instance.Compare(c.Name, after) > 0).Take(limit))
        {
            Show(name, child, node);
        }
    }

    public void Find(string key, InspectResponse node)
    {
        if (_directory[key] is { } child)
        {
            Show(key, child, node);
        }
    }

    private static void Show(string name, InspectNode child, InspectResponse node)
    {
        switch (child)
        {
            case InspectValue value:
                node.Field(name, value.Value, value.Traits);
                break;
            case InspectDirectory directory when directory.Children.Length > InspectRequest.MaxPageSize:
                node.Directory(name, new SnapshotNode(directory));
                break;
            case InspectDirectory directory:
                node.Child(name, (IInspectable)new SnapshotNode(directory));
                break;
            case InspectFailure failure:
                node.Failed(name, failure.Code, failure.Message);
                break;
            case InspectUnevaluated unevaluated:
                node.Failed(name, NotInSnapshot, $"it was not read: {unevaluated.Reason.ToString().ToLowerInvariant()}");
                break;
        }
    }
}
