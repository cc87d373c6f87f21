using System.Text;
using MeshSecrets.Secrets;
using MeshSecrets.Stores.Kubernetes;
using MeshSecrets.Stores.Kubernetes.Api;

namespace MeshSecrets.Tests.Stores.Kubernetes.Api;

/// <summary>What is told of a refusal: by whom it is, and nothing of the values that were sent.</summary>
public sealed class RefusalTests : IDisposable
{
    private const string Value = "correct horse";

    private readonly FaultHandler _faults = new();
    private readonly KubernetesClient _client;

    public RefusalTests() => _client = new KubernetesClient(_faults, new Uri("https://cluster.invalid/"), new KubernetesClientOptions());

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData(403, "Forbidden", "secrets \\\"web\\\" is forbidden: User \\\"bob\\\" cannot patch resource \\\"secrets\\\" in API group \\\"\\\" in the namespace \\\"shop\\\"", "KubernetesForbidden", "'bob' may not patch secrets in namespace 'shop'")]
    [InlineData(403, "Forbidden", "secrets \\\"web\\\" is forbidden: User \\\"bob\\\" cannot patch resource \\\"secrets\\\" in API group \\\"\\\" in the namespace \\\"shop\\\": RBAC: role.rbac.authorization.k8s.io \\\"x\\\" not found", "KubernetesForbidden", "'bob' may not")]
    [InlineData(403, "Forbidden", "", "KubernetesForbidden", "may not patch secrets")]
    [InlineData(403, "Forbidden", "secrets \\\"web\\\" is forbidden: exceeded quota: few, requested: count/secrets=1, used: count/secrets=1, limited: count/secrets=1", "KubernetesRefused", "limited: count/secrets=1.")]
    [InlineData(403, "Forbidden", "secrets \\\"web\\\" is forbidden: ValidatingAdmissionPolicy 'teams' with binding 'all' denied request: the label team is missing", "KubernetesRefused", "the label team is missing.")]
    [InlineData(403, "Forbidden", "admission webhook \\\"validate.kyverno.svc-fail\\\" denied the request: User \\\"bob\\\" cannot have that.", "KubernetesRefused", "admission webhook \"validate.kyverno.svc-fail\" denied the request: User \"bob\" cannot have that.")]
    [InlineData(409, "Conflict", "admission webhook \\\"a.b\\\" denied the request: no", "KubernetesRefused", "denied the request: no.")]
    [InlineData(500, "InternalError", "Internal error occurred: failed calling webhook \\\"validate.kyverno.svc-fail\\\": Post \\\"https://kyverno\\\": dial tcp: connection refused", "KubernetesWebhookFailed", "webhook 'validate.kyverno.svc-fail'")]
    public async Task It_is_told_by_whom(int status, string reason, string message, string errorId, string told)
    {
        MeshException error = await RefuseAsync(status, reason, message);
        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("..", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "admission webhook \\\"a.b\\\" denied the request: the value correct horse of web is weak", "the value *** of web is weak")]
    [InlineData(403, "secrets \\\"web\\\" is forbidden: Y29ycmVjdCBob3JzZQ== and battery are weak", "*** and *** are weak")]
    [InlineData(422, "the pin 17 is weak, but 170 is not", "the pin *** is weak, but 170 is not")]
    [InlineData(403, "secrets \\\"web\\\" is forbidden: password=staple eyJhbGciOiJSUzI1NiIsImtpZCI6 is weak", "password=*** *** is weak")]
    public async Task What_was_sent_is_not_quoted(int status, string message, string told)
    {
        MeshException error = await RefuseAsync(status, "Refused", message);
        Assert.Equal("KubernetesRefused", error.ErrorId);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reason_without_end_is_cut() =>
        Assert.InRange((await RefuseAsync(403, "Forbidden", $"no: {string.Concat(Enumerable.Repeat("nor this ", 1000))}")).Message.Length, 500, 700);

    private async Task<MeshException> RefuseAsync(int status, string reason, string message)
    {
        _faults.Choose = (_, _) => FaultHandler.Says(status, reason, message);
        string Encoded(string value) => Convert.ToBase64String(Encoding.UTF8.GetBytes(value));
        string body = $$$"""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"web","namespace":"shop"},"type":"Opaque","data":{"a":"{{{Encoded(Value)}}}","b":"{{{Encoded("first line\nbattery\n")}}}","c":"{{{Encoded("17")}}}"}}""";
        ApiRequest request = new(HttpMethod.Patch, "/api/v1/namespaces/shop/secrets/web", new ApiTarget("patch", "", "secrets", "shop", "web")) { Body = Encoding.UTF8.GetBytes(body) };
        ApiResult<MetadataObject> result = await _client.SendAsync(request, KubernetesJson.Default.MetadataObject, TestContext.Current.CancellationToken);
        return KubernetesErrors.From(result.Failure!, request, new SecretId("web", mesh: null, "shop"));
    }
}
