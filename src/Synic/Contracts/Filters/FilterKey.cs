namespace Synic.Contracts.Filters;

/// <summary>A key that rows can be filtered by, for help texts and completion.</summary>
/// <param name="Name">Lower case.</param>
/// <param name="Takes">What values it takes, to be read after "takes".</param>
/// <param name="Example">A whole term.</param>
/// <param name="Words">All values, where they are words of a list; otherwise empty.</param>
public sealed record FilterKey(string Name, string Takes, string Example, IReadOnlyList<string> Words);

/// <summary>A word that a key takes.</summary>
/// <param name="Name">Which rows have.</param>
/// <param name="Number">The same as a number, decimal or hex; null when there is none.</param>
public readonly record struct FilterWord(string Name, uint? Number = null);
