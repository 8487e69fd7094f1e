using Microsoft.AspNetCore.WebUtilities;
using Synic.Dashboard.Model;

namespace Synic.Dashboard.Tests.Model;

public sealed class PortTableQueryTests
{
    [Theory]
    [InlineData("", "connection", false)]
    [InlineData("kind:event \"a b\" & x=y #1 ?", "-operation_denied", true)]
    public void Parse_WhatWasWritten_IsTheSameView(string filter, string sort, bool paused)
    {
        var query = new PortTableQuery(filter, PortSort.Parse(sort), paused);

        var uri = QueryHelpers.AddQueryString(
            "http://localhost/partitions/demo",
            query.ToParameters().Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Key, p.Value as string)));

        Assert.Equal(query, PortTableQuery.Parse(uri));
    }

    [Fact]
    public void ToParameters_DefaultView_LeavesTheAddressClean() =>
        Assert.All(new PortTableQuery("", PortSort.Default, false).ToParameters().Values, Assert.Null);

    [Theory]
    [InlineData("http://localhost/?paused=yes&sort=&filter=")]
    [InlineData("http://localhost/?paused=true&paused=true")]
    [InlineData("http://localhost/?&&=&%")]
    public void Parse_NonsenseInTheAddress_IsTheDefaultView(string uri) =>
        Assert.Equal(new PortTableQuery("", PortSort.Default, false), PortTableQuery.Parse(uri));
}
