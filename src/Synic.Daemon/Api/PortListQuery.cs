using Microsoft.AspNetCore.Mvc;

namespace Synic.Daemon.Api;

/// <summary>What the table of ports is asked for; the OpenAPI document describes each.</summary>
internal readonly record struct PortListQuery(
    [property: FromQuery(Name = "filter")] string? Filter,
    [property: FromQuery(Name = "sort")] string? Sort,
    [property: FromQuery(Name = "fields")] string? Fields,
    [property: FromQuery(Name = "limit")] int? Limit,
    [property: FromQuery(Name = "cursor")] string? Cursor,
    [property: FromQuery(Name = "includeDeparted")] bool? IncludeDeparted,
    [property: FromQuery(Name = "format")] string? Format,
    [property: FromQuery(Name = "kind")] string? Kind,
    [property: FromQuery(Name = "owner")] string? Owner,
    [property: FromQuery(Name = "connection")] string[]? Connection)
{
    /// <summary>For <see cref="KnownQuery"/>.</summary>
    public static readonly string[] Names =
        ["filter", "sort", "fields", "limit", "cursor", "includeDeparted", "format", "kind", "owner", "connection"];
}
