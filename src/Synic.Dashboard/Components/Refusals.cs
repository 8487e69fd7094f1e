using Synic.Dashboard.Client;

namespace Synic.Dashboard.Components;

/// <summary>What a button says when the daemon did not do what it was for.</summary>
internal static class Refusals
{
    /// <returns>Null: it was done.</returns>
    public static async Task<string?> OfAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (Exception e) when (e is SynicProblemException or SynicForbiddenException or SynicUnavailableException)
        {
            return e.Message;
        }
    }
}
