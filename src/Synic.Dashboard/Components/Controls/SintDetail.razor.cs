using Microsoft.AspNetCore.Components;
using Synic.Contracts;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Components.Controls;

/// <summary>The registers behind one cell of the SINT grid.</summary>
public sealed partial class SintDetail
{
    [Parameter, EditorRequired]
    public required VpSummary Vp { get; set; }

    [Parameter, EditorRequired]
    public required SynicSummary Synic { get; set; }

    [Parameter, EditorRequired]
    public required SintSummary Sint { get; set; }

    private SintState State => SintState.Of(Synic, Sint);

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string OnOff(bool value) => value ? "on" : "off";
}
