using System.Globalization;

namespace Synic.Benchmarks;

/// <summary>What to measure and how to judge it.</summary>
internal sealed record BenchOptions
{
    public const string Usage =
        """
        dotnet run -c Release --project tests/Synic.Benchmarks -- [options]

          --quick            fewer rounds and only 16 and 65536 ports
          --gate             judge against the limits for CI instead of the design's numbers; exit code 1 when one is missed
          --threads N        dispatch from N threads at once (shown, not judged); default 1
          --ports A,B        numbers of ports; default 16,1000,65536
          --only A,B         only these calls: Signal, SignalAtomic, CopyPost, UnknownId, VtlDenied; no registration, no guest
          --registration     only what it costs to add and remove a port
          --tap              only what it costs that calls are written down and read
          --guest            only the round trips of a real guest
          --faults           only what fault rules cost the calls that they do not mean
          --lists            only the API's list of ports
          --inspect          only the look at a partition's tree
          --rounds N         paired rounds per row; default 25
        """;

    public bool Gate { get; init; }

    public bool GuestOnly { get; init; }

    public bool FaultsOnly { get; init; }

    public bool TapOnly { get; init; }

    public bool RegistrationOnly { get; init; }

    public bool ListsOnly { get; init; }

    public bool InspectOnly { get; init; }

    /// <summary>Neither registration nor guest.</summary>
    public bool DispatchOnly { get; init; }

    public int Threads { get; init; } = 1;

    public int Rounds { get; init; } = 25;

    public IReadOnlyList<Operation> Operations { get; init; } = Enum.GetValues<Operation>();

    public IReadOnlyList<int> Ports { get; init; } = [16, 1000, 65_536];

    /// <exception cref="FormatException">An argument is unknown or has no usable value.</exception>
    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions();
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--quick" => options with { Rounds = 9, Ports = [16, 65_536] },
                "--gate" => options with { Gate = true },
                "--registration" => options with { RegistrationOnly = true },
                "--tap" => options with { TapOnly = true },
                "--guest" => options with { GuestOnly = true },
                "--faults" => options with { FaultsOnly = true },
                "--lists" => options with { ListsOnly = true },
                "--inspect" => options with { InspectOnly = true },
                "--threads" => options with { Threads = Number(args, ++i) },
                "--rounds" => options with { Rounds = Number(args, ++i) },
                "--only" => options with { DispatchOnly = true, Operations = [.. Value(args, ++i).Split(',').Select(Operation)] },
                "--ports" => options with { Ports = [.. Value(args, ++i).Split(',').Select(Positive)] },
                _ => throw new FormatException($"unknown argument {args[i]}"),
            };
        }

        return options;
    }

    private static int Number(string[] args, int index) => Positive(Value(args, index));

    private static string Value(string[] args, int index) =>
        index < args.Length ? args[index] : throw new FormatException($"{args[index - 1]} needs a value");

    private static Operation Operation(string text) =>
        Enum.TryParse<Operation>(text, ignoreCase: true, out var operation) && Enum.IsDefined(operation)
            ? operation
            : throw new FormatException($"there is no call {text}");

    private static int Positive(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is > 0 and <= 100_000
            ? value
            : throw new FormatException($"{text} is not a number from 1 to 100000");
}
