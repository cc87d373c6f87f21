namespace MeshSecrets.Stores.Kubernetes.Api;

/// <summary>The question whether oneself may do something, and its answer (<c>authorization.k8s.io/v1 SelfSubjectAccessReview</c>).</summary>
internal sealed class AccessReview
{
    public string ApiVersion { get; set; } = "authorization.k8s.io/v1";

    public string Kind { get; set; } = "SelfSubjectAccessReview";

    public AccessReviewSpec? Spec { get; set; }

    public AccessReviewStatus? Status { get; set; }
}

/// <summary>The question.</summary>
internal sealed class AccessReviewSpec
{
    public AccessAttributes? ResourceAttributes { get; set; }
}

/// <summary>What shall be done with what.</summary>
internal sealed class AccessAttributes
{
    public string? Namespace { get; set; }

    public string Verb { get; set; } = "";

    public string Group { get; set; } = "";

    public string Resource { get; set; } = "";
}

/// <summary>The answer.</summary>
internal sealed class AccessReviewStatus
{
    public bool Allowed { get; set; }
}
