using Synic.Backends;

namespace Synic.Guests.Loaders;

/// <summary>What a loader made of a file: it lies in guest memory, and the first VP begins like this.</summary>
internal sealed record LoadedGuest(VpBootState Boot, string Description);
