using System.Globalization;
using System.Text;
using System.Xml;

namespace Synic.Daemon.Experiments.Reports;

/// <summary>The report as JUnit XML, which every CI reads: an experiment is a suite, and what it does and expects are its cases.</summary>
internal static class JUnitReport
{
    private static readonly XmlWriterSettings s_settings = new() { Indent = true, Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), CloseOutput = false };

    public static void Write(RunReport report, Stream file)
    {
        using var xml = XmlWriter.Create(file, s_settings);
        xml.WriteStartElement("testsuites");
        xml.WriteAttributeString("name", "synicd experiment");
        Counts(xml, report.Passed + report.Failed + report.Errors + report.Skipped, report.Failed, report.Errors, report.Skipped, report.Seconds);
        foreach (var experiment in report.Experiments)
        {
            Write(experiment, xml);
        }

        xml.WriteEndElement();
    }

    private static void Write(ExperimentReport experiment, XmlWriter xml)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", Plain(experiment.Name));
        Counts(
            xml, experiment.Cases.Count, experiment.Count(CaseOutcome.Failed), experiment.Count(CaseOutcome.Error),
            experiment.Count(CaseOutcome.Skipped), experiment.Seconds);
        xml.WriteAttributeString("timestamp", experiment.Started.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
        xml.WriteAttributeString("file", Plain(experiment.File));
        xml.WriteStartElement("properties");
        Property(xml, "seed", experiment.Seed);
        Property(xml, "backend", experiment.Backend);
        Property(xml, "guest", experiment.Guest);
        xml.WriteEndElement();
        foreach (var one in experiment.Cases)
        {
            Write(one, experiment.Name, xml);
        }

        if (experiment.Serial.Count > 0)
        {
            xml.WriteElementString("system-out", Plain(string.Join('\n', experiment.Serial)));
        }

        xml.WriteEndElement();
    }

    private static void Write(ExperimentCase one, string experiment, XmlWriter xml)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", Plain(experiment));
        xml.WriteAttributeString("name", Plain($"{one.Kind}: {one.Name}"));
        xml.WriteAttributeString("time", Number(one.Seconds));
        switch (one.Outcome)
        {
            case CaseOutcome.Failed or CaseOutcome.Error:
                xml.WriteStartElement(one.Outcome == CaseOutcome.Failed ? "failure" : "error");
                xml.WriteAttributeString("message", Plain(Text(one, "; ")));
                xml.WriteAttributeString("type", one.Kind);
                xml.WriteString(Plain(Text(one, "\n")));
                xml.WriteEndElement();
                break;
            case CaseOutcome.Skipped:
                xml.WriteStartElement("skipped");
                xml.WriteAttributeString("message", Plain(one.Note ?? ""));
                xml.WriteEndElement();
                break;
        }

        xml.WriteEndElement();
    }

    private static string Text(ExperimentCase one, string separator) => string.Join(separator, new[]
    {
        one.Expected is null ? null : $"expected: {one.Expected}",
        one.Expected is null && one.Actual is null ? null : $"actual: {one.Actual ?? "nothing"}",
        one.Note,
    }.OfType<string>());

    private static void Counts(XmlWriter xml, int tests, int failures, int errors, int skipped, double seconds)
    {
        xml.WriteAttributeString("tests", Number(tests));
        xml.WriteAttributeString("failures", Number(failures));
        xml.WriteAttributeString("errors", Number(errors));
        xml.WriteAttributeString("skipped", Number(skipped));
        xml.WriteAttributeString("time", Number(seconds));
    }

    private static void Property(XmlWriter xml, string name, string? value)
    {
        if (value is not null)
        {
            xml.WriteStartElement("property");
            xml.WriteAttributeString("name", name);
            xml.WriteAttributeString("value", Plain(value));
            xml.WriteEndElement();
        }
    }

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    // A guest prints what it likes; XML has no way to say most control characters.
    private static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]) && text[i] != '\r')
            {
                plain.Append(text[i]);
            }
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                plain.Append(text[i]).Append(text[++i]);
            }
            else
            {
                plain.Append(CultureInfo.InvariantCulture, $"\\x{(int)text[i]:x2}");
            }
        }

        return plain.ToString();
    }
}
