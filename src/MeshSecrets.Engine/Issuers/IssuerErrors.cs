using System.Collections.Immutable;
using MeshSecrets.Certificates;
using MeshSecrets.Certificates.Names;

namespace MeshSecrets.Issuers;

/// <summary>Where the errors about issuing are born.</summary>
internal static class IssuerErrors
{
    internal static MeshException NameMissing(string profile, string needed) => new(
        "CertificateNameMissing",
        MeshErrorKind.InvalidArgument,
        $"A certificate of the profile {profile} needs {needed}.");

    internal static MeshException NameForm(string profile, string form, SubjectAlternativeNames names) => new(
        "CertificateNameForm",
        MeshErrorKind.InvalidArgument,
        $"A certificate of the profile {profile} needs a DNS name of the form {form}; given is {(names.IsEmpty ? "none" : names)}.");

    internal static MeshException ProfileNotForLeaves(string profile) => new(
        "ProfileNotForLeaves",
        MeshErrorKind.InvalidArgument,
        $"The profile {profile} makes an authority, which is not ordered but made: New-MeshCa.",
        profile);

    internal static MeshException NamesNotMade(object id, int count) => new(
        "NamesNotMade",
        MeshErrorKind.InvalidOperation,
        $"The certificate of {id} has {count} alternative name(s) of kinds that are not made here (directory names, registered IDs, other names), and a renewal would lose them. Renew it where it was issued, or issue it anew without them.",
        id);

    internal static MeshException PolicyKeyAlgorithm(string issuer, string found, IssuancePolicy policy) => new(
        "PolicyKeyAlgorithm",
        MeshErrorKind.PermissionDenied,
        $"The policy of {issuer} does not allow a key of the kind {found}, only {string.Join(", ", policy.AllowedKeyAlgorithms)}.",
        issuer);

    internal static MeshException PolicyLife(string issuer, TimeSpan asked, TimeSpan longest) => new(
        "PolicyLife",
        MeshErrorKind.PermissionDenied,
        $"The policy of {issuer} allows certificates of at most {Duration.Format(longest)}; asked for is {Duration.Format(asked)}. Ask for less with -ValidFor.",
        issuer);

    internal static MeshException PolicyName(string issuer, string kind, string name, ImmutableArray<string> allowed, string parameter) => new(
        "PolicyName",
        MeshErrorKind.PermissionDenied,
        $"The policy of {issuer} does not allow the {kind} '{name}': allowed is {(allowed.IsEmpty ? "none of that kind" : string.Join(", ", allowed))}. Use another authority, or one made with {parameter}.",
        name);

    internal static MeshException PolicySubject(string issuer, string attribute) => new(
        "PolicySubject",
        MeshErrorKind.PermissionDenied,
        $"The policy of {issuer} restricts names, so of a subject it allows common names by the rule for DNS names and what stands in its own subject; '{attribute}' is neither. Leave it out with -Subject, or use another authority.",
        attribute);

    internal static MeshException PolicyRuleInvalid(string rule, string why) => new(
        "PolicyRuleInvalid",
        MeshErrorKind.InvalidArgument,
        $"'{rule}' is no rule for a policy: {why}.",
        rule);

    internal static MeshException IssuerExpired(string issuer, DateTimeOffset notAfter) => new(
        "IssuerExpired",
        MeshErrorKind.InvalidOperation,
        $"The authority {issuer} expired at {notAfter:u}; what it signed now would be refused by everyone. Make or import a new one.",
        issuer);

    internal static MeshException IssuerNotYetValid(string issuer, DateTimeOffset notBefore) => new(
        "IssuerNotYetValid",
        MeshErrorKind.InvalidOperation,
        $"The authority {issuer} is valid only from {notBefore:u}. Check this machine's clock.",
        issuer);

    internal static MeshException LifeBeyondIssuer(string issuer, DateTimeOffset asked, DateTimeOffset notAfter) => new(
        "LifeBeyondIssuer",
        MeshErrorKind.InvalidArgument,
        $"Asked for is a certificate valid until {asked:u}, but the authority {issuer} ends at {notAfter:u}. Ask for less with -ValidFor, or leave out -RefuseShorterLife to have it shortened.",
        issuer);

    internal static MeshException PathLengthExceeded(string issuer, int limit, int? asked) => new(
        "PathLengthExceeded",
        MeshErrorKind.InvalidArgument,
        limit == 0
            ? $"The authority {issuer} has the path length constraint 0: it may issue leaves, but no authority below it. Use its issuer instead."
            : $"The authority {issuer} has the path length constraint {limit}, so an authority below it may have at most {limit - 1}; asked for is {(asked is { } length ? length : "none")}.",
        issuer);

    internal static MeshException NotAnAuthority(string source, string why) => new(
        "AuthorityInvalid",
        MeshErrorKind.InvalidData,
        $"{source} cannot be an authority: {why}.",
        source);

    internal static MeshException ChainIncomplete(string source, string why) => new(
        "AuthorityChainInvalid",
        MeshErrorKind.InvalidData,
        $"The chain of {source} does not lead to a root: {why} Give the missing certificates with the authority's, up to the root.",
        source);

    internal static MeshException NotFound(string name) => new(
        "IssuerNotFound",
        MeshErrorKind.NotFound,
        $"There is no authority '{name}' in the store. List them with Get-MeshCa, make one with New-MeshCa, or import one with Import-MeshCa.",
        name);

    internal static MeshException NotFoundIn(string name, object own, object usual) => new(
        "IssuerNotFound",
        MeshErrorKind.NotFound,
        $"There is no authority {own}{(own.Equals(usual) ? "" : $" nor {usual}")}. If '{name}' stands in another namespace, name it whole: -Issuer namespace/<its namespace>/{name}. Get-MeshCa lists those that you may see.",
        name);

    internal static MeshException InOtherScope(string name, IEnumerable<object> found) => new(
        "IssuerNotFound",
        MeshErrorKind.NotFound,
        $"There is no authority '{name}' in this scope, nor a global one, but {string.Join(", ", found)}: name it whole, as that.",
        name);

    internal static MeshException KeyTooWeak(string algorithm) => new(
        "KeyTooWeak",
        MeshErrorKind.PermissionDenied,
        $"A key of the kind {algorithm} is not certified: RSA keys need 2048 bits, EC keys one of the curves P-256, P-384 and P-521. Make a new key.",
        algorithm);

    internal static MeshException NameConstraint(string issuer, string authority) => new(
        "IssuerNameConstraint",
        MeshErrorKind.PermissionDenied,
        $"{issuer} cannot issue this: the name constraints of {authority} in its chain do not allow one of the names, so every peer would refuse the certificate. Use another authority or other names.",
        issuer);

    internal static MeshException NotRecorded(object id) => new(
        "IssuerNotRecorded",
        MeshErrorKind.InvalidOperation,
        $"{id} has no recorded issuer (it was imported), so it cannot be renewed by itself. Issue it anew with -Issuer, or name one for this run.",
        id);

    internal static MeshException KeyAlgorithmNotMade(object id, string algorithm) => new(
        "KeyAlgorithmNotMade",
        MeshErrorKind.InvalidOperation,
        $"{id} has a key of the kind {algorithm}, which is not made here. Issue it anew with -KeyAlgorithm of your choice.",
        id);

    internal static MeshException KindUnknown(IssuerReference reference) => new(
        "IssuerKindUnknown",
        MeshErrorKind.InvalidOperation,
        $"'{reference}' names an issuer of the kind '{reference.Kind}', which this version does not know.",
        reference.ToString());
}
