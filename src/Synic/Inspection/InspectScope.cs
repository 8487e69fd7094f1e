using System.Collections.Immutable;

namespace Synic.Inspection;

/// <summary>What a request allows, for the answers below it.</summary>
internal sealed class InspectScope(InspectRequest request)
{
    /// <summary>Nodes in one answer: a tree that has no end, or a depth nobody meant.</summary>
    public const int MaxNodes = 250_000;

    /// <summary>Nodes in an answer that is the whole tree.</summary>
    public const int MaxWholeNodes = 2_000_000;

    private int _left = request.Whole ? MaxWholeNodes : MaxNodes;

    public ImmutableArray<string> Segments { get; } = request.Path.Segments;

    public int PageSize { get; } = request.Whole ? InspectRequest.MaxWholePage : request.PageSize;

    public bool OpenVmmKeys { get; } = request.OpenVmmKeys;

    public InspectSensitivity MaxSensitivity { get; } = request.MaxSensitivity;

    /// <summary>No directory is opened any more.</summary>
    public bool Exhausted => Volatile.Read(ref _left) <= 0;

    public void Spend(int nodes) => Interlocked.Add(ref _left, -nodes);

    /// <summary>The answer is the path's own directory.</summary>
    public bool IsAddressed(InspectResponse response) => response.Level == Segments.Length && response.Depth == request.Depth;

    public string? AfterOf(InspectResponse response) => IsAddressed(response) ? request.After : null;
}
