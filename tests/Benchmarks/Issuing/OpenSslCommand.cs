using MeshSecrets.Benchmarks.Measuring;

namespace MeshSecrets.Benchmarks.Issuing;

/// <summary>What the same certificate costs when a script calls openssl once for each.</summary>
internal sealed class OpenSslCommand : IBenchmark
{
    private const int Count = 10;

    public string Name => "openssl";

    public async Task RunAsync(Report report)
    {
        const string What = "one openssl command for each certificate, CPU";
        if (ChildProcess.Find("openssl") is not { } openssl)
        {
            report.Missing(What, "there is no openssl on PATH");
            return;
        }

        DirectoryInfo folder = Directory.CreateTempSubdirectory("meshsecrets-openssl-");
        try
        {
            string ca = Path.Combine(folder.FullName, "ca.pem");
            string caKey = Path.Combine(folder.FullName, "ca.key");
            string leaf = Path.Combine(folder.FullName, "leaf.pem");
            string[] request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
            await ChildProcess.RunAsync(openssl, [.. request, "-subj", "/CN=Example Root", "-keyout", caKey, "-out", ca]);
            string[] issue =
            [
                .. request, "-subj", "/CN=web.shop.svc", "-addext", "subjectAltName=DNS:web.shop.svc,URI:spiffe://default/web",
                "-CA", ca, "-CAkey", caKey, "-keyout", leaf + ".key", "-out", leaf, "-days", "1",
            ];
            double[] cost = await Contest.LeastAsync(Count, async () => (await ChildProcess.RunAsync(openssl, issue)).Cpu.TotalMicroseconds);
            report.Note(What, cost[0], "µs");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
