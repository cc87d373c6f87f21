using System.Text;
using MeshSecrets.Meshes;
using MeshSecrets.Meshes.Rules;
using MeshSecrets.Secrets;

namespace MeshSecrets.Tests.Meshes.Rules;

/// <summary>Every rule of every dialect, by cases that keep it and cases that break it.</summary>
public sealed class RuleCaseTests
{
    /// <summary>Words with which a remedy does not say what to do.</summary>
    private static readonly HashSet<string> s_notImperative = new(StringComparer.OrdinalIgnoreCase)
    {
        "A", "An", "The", "This", "That", "These", "It", "Its", "There", "You", "One", "No", "None", "Nothing", "Should", "Must", "Please", "If", "Only",
    };

    /// <summary>Shorter values say nothing when they are found in a text.</summary>
    private const int TellingLength = 12;

    private static IReadOnlyDictionary<string, RuleCase> AllCases { get; } = Collect();

    public static TheoryData<string> CaseNames => [.. AllCases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Case(string name)
    {
        RuleCase each = AllCases[name];
        RuleSet set = MeshDialects.FindRuleSet(each.RuleSet);
        Assert.Contains(set.Rules, rule => rule.Id == each.RuleId);
        RuleSubject subject = each.Subject();
        using (subject.Secret)
        {
            RuleFinding[] findings = [.. set.Judge(subject)];
            string all = string.Join('\n', findings.Select(finding => $"{finding.RuleId}: {finding.Found}"));
            Assert.True(findings.Any(finding => finding.RuleId == each.RuleId) != each.Passes, $"{each.RuleId} should {(each.Passes ? "have no" : "have a")} finding. Found:\n{all}");
            Assert.All(findings, finding => Assert.False(string.IsNullOrWhiteSpace(finding.Found), finding.RuleId));
            Assert.All(findings, finding => AssertQuotesNothing(finding, subject.Secret));
        }
    }

    [Fact]
    public void Every_rule_has_a_case_that_keeps_it_and_one_that_breaks_it()
    {
        ILookup<string, bool> cases = AllCases.Values.ToLookup(each => each.RuleId, each => each.Passes);
        string[] lacking =
        [
            .. from set in MeshDialects.RuleSets
               from rule in set.Rules
               from passes in (bool[])[true, false]
               where !cases[rule.Id].Contains(passes)
               select $"{set.Name}: {rule.Id} has no case that {(passes ? "keeps" : "breaks")} it",
        ];
        Assert.True(lacking.Length == 0, string.Join('\n', lacking.Distinct()));
    }

    [Fact]
    public void One_identifier_is_one_rule()
    {
        string[] twice =
        [
            .. from rule in MeshDialects.RuleSets.SelectMany(set => set.Rules)
               group rule by rule.Id into same
               where same.Distinct(ReferenceEqualityComparer.Instance).Count() > 1
               select same.Key,
        ];
        Assert.Empty(twice);
        Assert.All(MeshDialects.RuleSets, set => Assert.Equal(set.Rules.Length, set.Rules.DistinctBy(rule => rule.Id).Count()));
        Assert.Equal(MeshDialects.RuleSets.Count(), MeshDialects.RuleSets.DistinctBy(set => set.Name.ToLowerInvariant()).Count());
    }

    [Fact]
    public void Every_rule_says_what_happens_what_to_do_and_where_it_stands()
    {
        foreach ((RuleSet set, MeshRule rule) in MeshDialects.RuleSets.SelectMany(set => set.Rules.Select(rule => (set, rule))))
        {
            Assert.False(string.IsNullOrWhiteSpace(set.Description), set.Name);
            Assert.Matches("^[A-Z][A-Za-z0-9]+$", rule.Id);
            Assert.All([rule.Effect, rule.Remedy, rule.Source], text => Assert.False(string.IsNullOrWhiteSpace(text), rule.Id));
            string first = rule.Remedy.Split(' ', ',')[0];
            Assert.True(char.IsUpper(first[0]) && !s_notImperative.Contains(first), $"{rule.Id}: the remedy begins with '{first}', and so does not say what to do: {rule.Remedy}");
        }
    }

    private static Dictionary<string, RuleCase> Collect()
    {
        Dictionary<string, RuleCase> all = new(StringComparer.Ordinal);
        foreach (Type type in typeof(IRuleCases).Assembly.GetTypes().Where(type => !type.IsAbstract && typeof(IRuleCases).IsAssignableFrom(type)))
        {
            foreach (RuleCase each in ((IRuleCases)Activator.CreateInstance(type, nonPublic: true)!).Cases)
            {
                string name = $"{each.RuleSet} {each.RuleId} {(each.Passes ? "kept" : "broken")}";
                for (int i = 2; !all.TryAdd(i == 2 ? name : $"{name} {i - 1}", each); i++)
                {
                }
            }
        }

        return all;
    }

    /// <summary>No text of a finding shows a value of the secret, in any encoding.</summary>
    private static void AssertQuotesNothing(RuleFinding finding, Secret? secret)
    {
        string text = string.Join('\n', finding.Found, finding.Effect, finding.Remedy, finding.Source, finding.Target);
        foreach (string key in secret?.GetData().Keys ?? [])
        {
            byte[] value = secret!.GetData().GetValue(key).ToArray();
            foreach (string form in Forms(value).Where(form => form.Length >= TellingLength))
            {
                Assert.False(text.Contains(form, StringComparison.OrdinalIgnoreCase), $"{finding.RuleId} quotes the value of {key}.");
            }
        }
    }

    private static IEnumerable<string> Forms(byte[] value)
    {
        string text = Encoding.UTF8.GetString(value).Trim();
        yield return text;
        yield return Convert.ToBase64String(value);
        yield return Convert.ToHexString(value);
        foreach (string line in text.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length > 40))
        {
            yield return line[..40];
            yield return line[^40..];
        }
    }
}
