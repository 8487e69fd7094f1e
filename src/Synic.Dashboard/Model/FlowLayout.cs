using System.Globalization;
using Synic.Contracts;

namespace Synic.Dashboard.Model;

/// <summary>Where the parts of a flow lie in the drawing: three columns of blocks, and bands between them as thick as their rate.</summary>
internal sealed class FlowLayout
{
    public const double Width = 1400;
    private const double BlockWidth = 14;
    private const double Pitch = 24; // of a block with its label; thinner ones would hide each other
    private const double BandHeight = 420; // of all that flows, together
    private const double Gap = 6;
    private const double Top = 28;

    private static readonly double[] s_columns = [110, 600, 1110];

    private FlowLayout(IReadOnlyList<FlowBlock> blocks, IReadOnlyList<FlowBand> bands, double height) =>
        (Blocks, Bands, Height) = (blocks, bands, height);

    public IReadOnlyList<FlowBlock> Blocks { get; }

    public IReadOnlyList<FlowBand> Bands { get; }

    public double Height { get; }

    public static FlowLayout Of(IReadOnlyList<FlowEdge> edges)
    {
        var scale = BandHeight / Math.Max(1e-9, edges.Sum(static e => e.CallsPerSecond));
        var vtls = Column(0, edges, VtlOf, scale);
        var connections = Column(1, edges, ConnectionOf, scale);
        var owners = Column(2, edges, OwnerOf, scale);
        var bands = new List<FlowBand>();
        foreach (var edge in edges)
        {
            var middle = connections[ConnectionOf(edge)];
            Draw(edge, vtls[VtlOf(edge)], middle, isLeft: true, scale, bands);
            Draw(edge, middle, owners[OwnerOf(edge)], isLeft: false, scale, bands);
        }

        List<FlowBlock> blocks = [.. vtls.Values.Select(static p => p.Block), .. connections.Values.Select(static p => p.Block), .. owners.Values.Select(static p => p.Block)];
        return new FlowLayout(blocks, bands, blocks.Count == 0 ? Top : blocks.Max(static b => b.Y + Math.Max(b.Height, Pitch)) + Gap);
    }

    public static string VtlOf(FlowEdge edge) => edge.Vtl is { } vtl ? string.Create(CultureInfo.InvariantCulture, $"VTL {vtl}") : "fast path";

    public static string ConnectionOf(FlowEdge edge) => edge.Connection
        ?? string.Create(CultureInfo.InvariantCulture, $"{edge.Connections:N0} others of {OwnerOf(edge)}, {VtlOf(edge)}");

    public static string OwnerOf(FlowEdge edge) => edge.Owner
        ?? (edge.Owners == 0 ? "nobody" : string.Create(CultureInfo.InvariantCulture, $"{edge.Owners:N0} other owners"));

    private static Dictionary<string, Place> Column(int column, IReadOnlyList<FlowEdge> edges, Func<FlowEdge, string> name, double scale)
    {
        var places = new Dictionary<string, Place>();
        var y = Top;
        var groups = edges.GroupBy(name).Select(static g => (Name: g.Key, Edges: g.ToList())).OrderByDescending(static g => g.Edges.Sum(static e => e.CallsPerSecond));
        foreach (var (text, own) in groups)
        {
            var block = new FlowBlock
            {
                Column = column,
                Name = text,
                X = s_columns[column],
                Y = y,
                Width = BlockWidth,
                Height = Math.Max(2, own.Sum(static e => e.CallsPerSecond) * scale),
                Connection = column == 1 && own is [{ Connection: { } connection }, ..] ? connection : null,
                CallsPerSecond = own.Sum(static e => e.CallsPerSecond),
                FailuresPerSecond = own.Sum(static e => e.FailuresPerSecond),
                InjectedPerSecond = own.Sum(static e => e.InjectedPerSecond),
            };
            places[text] = new Place(block);
            y += Math.Max(block.Height + Gap, Pitch);
        }

        return places;
    }

    // A band has up to three strands, one above the other: what went well, what failed, what a rule made.
    private static void Draw(FlowEdge edge, Place from, Place to, bool isLeft, double scale, List<FlowBand> bands)
    {
        var good = Math.Max(0, edge.CallsPerSecond - edge.FailuresPerSecond - edge.InjectedPerSecond);
        foreach (var (rate, kind) in ((double, string)[])[(good, "good"), (edge.FailuresPerSecond, "failed"), (edge.InjectedPerSecond, "injected")])
        {
            if (rate <= 0)
            {
                continue;
            }

            var thickness = rate * scale;
            var y1 = from.TakeRight(thickness);
            var y2 = to.TakeLeft(thickness);
            var x1 = from.Block.X + BlockWidth;
            var x2 = to.Block.X;
            var bend = (x2 - x1) / 2;
            var path = string.Create(
                CultureInfo.InvariantCulture, $"M{x1:0.#} {y1:0.#}C{x1 + bend:0.#} {y1:0.#} {x2 - bend:0.#} {y2:0.#} {x2:0.#} {y2:0.#}");
            bands.Add(new FlowBand($"{(isLeft ? "l" : "r")} {VtlOf(edge)} {ConnectionOf(edge)} {kind}", kind, path, Math.Max(1, thickness)));
        }
    }

    private sealed class Place(FlowBlock block)
    {
        private double _left = block.Y;
        private double _right = block.Y;

        public FlowBlock Block => block;

        public double TakeLeft(double thickness) => Take(ref _left, thickness);

        public double TakeRight(double thickness) => Take(ref _right, thickness);

        private static double Take(ref double at, double thickness)
        {
            var middle = at + (thickness / 2);
            at += thickness;
            return middle;
        }
    }
}

/// <summary>A VTL, a connection or an owner in the drawing.</summary>
internal sealed record FlowBlock
{
    public required int Column { get; init; }

    public required string Name { get; init; }

    public required double X { get; init; }

    public required double Y { get; init; }

    public required double Width { get; init; }

    public required double Height { get; init; }

    /// <summary>Its port has a page.</summary>
    public string? Connection { get; init; }

    public required double CallsPerSecond { get; init; }

    public required double FailuresPerSecond { get; init; }

    public required double InjectedPerSecond { get; init; }

    /// <summary>In words, so that the colours say nothing alone.</summary>
    public string Rates => $"{Format.Rate(CallsPerSecond)}/s"
        + (FailuresPerSecond > 0 ? $" · {Format.Rate(FailuresPerSecond)} failed" : "")
        + (InjectedPerSecond > 0 ? $" · {Format.Rate(InjectedPerSecond)} INJ" : "");
}

/// <summary>A strand from one block to another.</summary>
/// <param name="Key">The same strand in the next drawing.</param>
/// <param name="Kind">good, failed or injected.</param>
/// <param name="Path">Of its middle.</param>
/// <param name="Thickness">Its rate.</param>
internal sealed record FlowBand(string Key, string Kind, string Path, double Thickness);
