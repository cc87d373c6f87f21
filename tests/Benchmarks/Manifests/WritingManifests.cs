using System.Buffers;
using MeshSecrets.Benchmarks.Measuring;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Formats;
using MeshSecrets.Meshes.Manifests;
using MeshSecrets.Secrets;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MeshSecrets.Benchmarks.Manifests;

/// <summary>Writing Secrets as manifests, beside the emitter of YamlDotNet, which gets its events ready-made.</summary>
internal static class WritingManifests
{
    private const int Count = 5_000;
    private const int Rounds = 4;

    internal static async Task RunAsync(Report report)
    {
        SecretForm form = MeshDialects.FindSecretForm("Kubernetes");
        string text = SecretTexts.Yaml(4711);
        using Secret secret = form.Read(ManifestReader.Read(text, "bench").Single());
        List<ParsingEvent> events = Events(text);
        ArrayBufferWriter<byte> buffer = new(8192);
        double[] cost = await Contest.LeastAsync(
            Rounds,
            () => Write(() => ManifestWriter.WriteYaml(form.Write(secret, FormatTarget.Default), buffer)),
            () => Write(() => ManifestWriter.WriteJson(form.Write(secret, FormatTarget.Default), buffer)),
            () => Write(() => Emit(events)));
        report.AtMost("a Secret of 2.8 KB as YAML: CPU", cost[0], 20, "µs");
        report.Note("a Secret of 2.8 KB as JSON: CPU", cost[1], "µs");
        report.Note("a Secret of 2.8 KB as YAML by YamlDotNet, from ready-made events: CPU", cost[2], "µs");

        Task<double> Write(Action write) => Task.FromResult(Cpu.PerOperation(Count, _ =>
        {
            buffer.ResetWrittenCount();
            write();
        }));
    }

    private static void Emit(List<ParsingEvent> events)
    {
        using StringWriter writer = new();
        Emitter emitter = new(writer);
        foreach (ParsingEvent each in events)
        {
            emitter.Emit(each);
        }
    }

    private static List<ParsingEvent> Events(string text)
    {
        List<ParsingEvent> events = [];
        Parser parser = new(new StringReader(text));
        while (parser.MoveNext())
        {
            events.Add(parser.Current!);
        }

        return events;
    }
}
