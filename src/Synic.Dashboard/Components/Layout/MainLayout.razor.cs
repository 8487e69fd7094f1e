using Microsoft.AspNetCore.Components.Web;
using MudBlazor;

namespace Synic.Dashboard.Components.Layout;

/// <summary>The frame of every page.</summary>
public sealed partial class MainLayout
{
    private static readonly string[] s_systemFonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"];

    private static readonly MudTheme s_theme = new()
    {
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = s_systemFonts, FontSize = "0.8125rem" },
            Button = new ButtonTypography { TextTransform = "none" },
        },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px", AppbarHeight = "48px" },
    };

    private ErrorBoundary? _boundary;

    // A view that failed must not take the next page with it.
    protected override void OnParametersSet() => Recover();

    private void Recover() => _boundary?.Recover();
}
