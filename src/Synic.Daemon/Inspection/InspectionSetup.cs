namespace Synic.Daemon.Inspection;

internal static class InspectionSetup
{
    public static void AddInspection(this IServiceCollection services)
    {
        services.AddSingleton<ProcessNode>();
        services.AddSingleton<InspectTrees>();
        services.AddSingleton<InspectMetrics>();
        services.AddSingleton<PartitionInspector>();
        services.AddSingleton<InspectWatches>();
        services.AddSingleton<TreeSnapshots>();
        services.AddSingleton<StatusReader>();
    }
}
