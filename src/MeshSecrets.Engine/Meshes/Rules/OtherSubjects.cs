using System.Collections;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MeshSecrets.Secrets;

namespace MeshSecrets.Meshes.Rules;

/// <summary>
/// What is judged beside a subject in the same run. Rules look others up by a trait: each index is made once for the whole
/// run, so that thousands of subjects are not each compared with all. Not for several threads at once.
/// </summary>
[CollectionBuilder(typeof(OtherSubjects), nameof(Create))]
public sealed class OtherSubjects : IEnumerable<RuleSubject>
{
    private const int MaxNamed = 5;

    private readonly ImmutableArray<RuleSubject> _all;
    private readonly Dictionary<object, object?> _known;
    private readonly RuleSubject? _self;

    private OtherSubjects(ImmutableArray<RuleSubject> all, Dictionary<object, object?> known, RuleSubject? self) => (_all, _known, _self) = (all, known, self);

    /// <summary>Whether secrets are judged beside the subject, so that one that is not among them is missing.</summary>
    public bool HaveSecrets => With(IsSecret, true).Any();

    /// <summary>Subjects that are judged together.</summary>
    /// <param name="subjects">The subjects.</param>
    /// <returns>All of them.</returns>
    public static OtherSubjects Create(ReadOnlySpan<RuleSubject> subjects) => new([.. subjects], [], self: null);

    /// <summary>The names of the first few, for one finding about all.</summary>
    /// <param name="subjects">The subjects.</param>
    /// <returns>The names, or <see langword="null"/> if there is no subject.</returns>
    public static string? Names(IEnumerable<RuleSubject> subjects) => Cut(subjects.Select(subject => subject.Target));

    /// <summary>The others of one of the subjects; they share what is known of all.</summary>
    /// <param name="self">The subject.</param>
    /// <returns>All but the subject.</returns>
    public OtherSubjects Without(RuleSubject self) => new(_all, _known, self);

    /// <summary>The others that have a value of a trait.</summary>
    /// <param name="trait">What is looked up: a method, not a lambda that captures; subjects without it have <see langword="null"/>.</param>
    /// <param name="value">The value.</param>
    /// <returns>The others with it.</returns>
    public IEnumerable<RuleSubject> With(Func<RuleSubject, object?> trait, object value) => Index(trait)[value].Where(IsOther);

    /// <summary>The others that have the trait, but another value of it.</summary>
    /// <param name="trait">As for <see cref="With"/>.</param>
    /// <param name="value">The value.</param>
    /// <returns>The others.</returns>
    public IEnumerable<RuleSubject> WithAnother(Func<RuleSubject, object?> trait, object value) =>
        Index(trait).Where(same => !same.Key.Equals(value)).SelectMany(same => same).Where(IsOther);

    /// <summary>The other secrets of a name, wherever they stand.</summary>
    /// <param name="name">The name.</param>
    /// <returns>The subjects of the secrets.</returns>
    public IEnumerable<RuleSubject> SecretsNamed(string name) => With(SecretName, name);

    /// <inheritdoc/>
    public IEnumerator<RuleSubject> GetEnumerator() => _all.Where(IsOther).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A cut list, for findings that would else name thousands.</summary>
    internal static string? Cut(IEnumerable<string> names)
    {
        string[] first = [.. names.Take(MaxNamed + 1)];
        return first.Length == 0 ? null : string.Join(", ", first.Take(MaxNamed)) + (first.Length > MaxNamed ? " and more" : "");
    }

    /// <summary>What costs much and is the same for many subjects of the run.</summary>
    internal T Once<T>(object key, Func<T> make)
    {
        if (!_known.TryGetValue(key, out object? known))
        {
            _known.Add(key, known = make());
        }

        return (T)known!;
    }

    private static object? IsSecret(RuleSubject subject) => subject.Secret is not null;

    private static string? SecretName(RuleSubject subject) => subject.Secret?.Id.Name;

    private bool IsOther(RuleSubject subject) => !ReferenceEquals(subject, _self);

    private ILookup<object, RuleSubject> Index(Func<RuleSubject, object?> trait) => Once(trait, () => _all
        .Select(subject => (Subject: subject, Value: trait(subject)))
        .Where(each => each.Value is not null)
        .ToLookup(each => each.Value!, each => each.Subject));
}
