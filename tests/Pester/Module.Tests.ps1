# What a PowerShell person expects of every cmdlet, checked on whatever the module exports.
BeforeDiscovery {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force
    $cmdlets = Get-Command -Module MeshSecrets | ForEach-Object { @{ Name = $_.Name; Command = $_ } }
    $outputTypes = $cmdlets.Command.OutputType.Type | Where-Object { $_.FullName -like 'MeshSecrets.*' } |
        Sort-Object FullName -Unique | ForEach-Object { @{ Type = $_.FullName } }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $manifestPath = Join-Path $root 'MeshSecrets.psd1'
    $module = Import-Module $manifestPath -Force -PassThru
    $manifest = Import-PowerShellDataFile $manifestPath
    $ignored = [Management.Automation.PSCmdlet]::CommonParameters + [Management.Automation.PSCmdlet]::OptionalCommonParameters
}

Describe 'The manifest' {
    It 'is valid' {
        (Test-ModuleManifest $manifestPath -ErrorAction Stop).Name | Should -Be 'MeshSecrets'
    }

    It 'exports every cmdlet by name, and nothing else' {
        $classes = $module.ImplementingAssembly.ExportedTypes |
            ForEach-Object { [Reflection.CustomAttributeExtensions]::GetCustomAttribute($_, [Management.Automation.CmdletAttribute]) } |
            Where-Object { $_ } | ForEach-Object { "$($_.VerbName)-$($_.NounName)" } | Sort-Object
        $classes.Count | Should -BeGreaterThan 0
        $manifest.CmdletsToExport | Sort-Object | Should -Be $classes
        $manifest.FunctionsToExport | Should -BeNullOrEmpty
        $manifest.VariablesToExport | Should -BeNullOrEmpty
        $module.ExportedCommands.Keys | Sort-Object | Should -Be ($classes + $manifest.AliasesToExport | Sort-Object)
    }

    It 'has the version of the assembly' {
        $module.ImplementingAssembly.GetName().Version.ToString(3) | Should -Be $manifest.ModuleVersion
    }

    It 'explains itself' {
        (Get-Help about_MeshSecrets) -join '' | Should -Match 'about_MeshSecrets'
    }

    It 'explains every error id' {
        $text = Get-Content (Join-Path $root 'en-US/about_MeshSecrets.help.txt') -Raw
        $births = Get-ChildItem (Join-Path $root 'src') -Recurse -Include *Errors.cs, StoreFindings.cs, KubernetesFindings.cs, ErrorRecords.cs | Get-Content | Where-Object { $_ -notmatch '^\s*///' }
        $ids = [regex]::Matches($births -join "`n", '"((?:[A-Z][a-z0-9]+){2,})"').ForEach({ $_.Groups[1].Value }) | Sort-Object -Unique
        $ids.Count | Should -BeGreaterThan 150
        $ids | Where-Object { $text -notmatch "\b$_\b" } | Should -BeNullOrEmpty

        $table = $text.Substring($text.IndexOf("`n    Stores`n") + 1)
        $named = [regex]::Matches($table.Substring(0, $table.IndexOf('SEE ALSO')), '(?m)^ {8}((?:[A-Z][a-z0-9]+){2,})\b').ForEach({ $_.Groups[1].Value })
        $named | Where-Object { $_ -notin $ids } | Should -BeNullOrEmpty -Because 'an error that is gone needs no explanation'
    }
}

Describe '<Name>' -ForEach $cmdlets {
    It 'has an approved verb and a singular noun with the prefix Mesh' {
        $Command.Verb | Should -BeIn (Get-Verb).Verb
        $Command.Noun | Should -MatchExactly '^Mesh(Mtls|[A-Z]\w*(?<!s))$' # The last s of mTLS is no plural.
    }

    It 'asks before it changes anything, and by default before it removes' {
        $attribute = [Reflection.CustomAttributeExtensions]::GetCustomAttribute($Command.ImplementingType, [Management.Automation.CmdletAttribute])
        $onlyMakesText = [MeshSecrets.Commands.ResourceCommand].IsAssignableFrom($Command.ImplementingType) -or $Command.Name -eq 'New-MeshOsmConfiguration'
        $changes = $Command.Verb -notin 'Get', 'Test', 'Watch', 'Disconnect', 'ConvertFrom', 'ConvertTo' -and -not $onlyMakesText # Connecting may create a store.
        $attribute.SupportsShouldProcess | Should -Be $changes
        if ($Command.Verb -eq 'Remove') {
            $attribute.ConfirmImpact | Should -Be 'High'
        }
    }

    It 'is a sealed class that says what it puts out' {
        $Command.ImplementingType.IsSealed | Should -BeTrue
        if ($Command.Verb -ne 'Disconnect') {
            $Command.OutputType | Should -Not -BeNullOrEmpty
        }
    }

    It 'has literal paths beside paths with wildcards' {
        if ($Command.Parameters.ContainsKey('Path') -and $Command.Verb -notin 'Export', 'Backup', 'Connect') {
            $Command.Parameters['LiteralPath'].Aliases | Should -Contain 'PSPath'
        }
    }
}

Describe 'The help of <Name>' -ForEach $cmdlets {
    BeforeAll {
        $help = Get-Help $Name -Full
    }

    It 'has a synopsis and a description' {
        # Without a help file PowerShell makes the syntax the synopsis.
        $help.Synopsis | Should -Not -BeNullOrEmpty
        $help.Synopsis.Trim() | Should -Not -BeLike "$Name*"
        $help.description.Text -join '' | Should -Not -BeNullOrEmpty
    }

    It 'has three examples or more, each explained' {
        @($help.examples.example).Count | Should -BeGreaterOrEqual 3
        foreach ($example in $help.examples.example) {
            $example.remarks.Text -join '' | Should -Not -BeNullOrEmpty -Because $example.title
        }
    }

    It 'has examples that parse, and name only parameters that exist' {
        foreach ($example in $help.examples.example) {
            $errors = $null
            $ast = [Management.Automation.Language.Parser]::ParseInput($example.code, [ref] $null, [ref] $errors)
            $errors | Should -BeNullOrEmpty -Because $example.code

            $calls = $ast.FindAll({ param($node) $node -is [Management.Automation.Language.CommandAst] -and $node.GetCommandName() -like '*-Mesh*' }, $true)
            foreach ($call in $calls) {
                $target = Get-Command $call.GetCommandName() -Module MeshSecrets -ErrorAction Stop
                $known = $target.Parameters.Keys + $target.Parameters.Values.Aliases
                foreach ($parameter in $call.CommandElements | Where-Object { $_ -is [Management.Automation.Language.CommandParameterAst] }) {
                    $parameter.ParameterName | Should -BeIn $known -Because $call.Extent.Text
                }
            }
        }

        $help.examples.example.code -join "`n" | Should -Match ([regex]::Escape($Name))
    }

    It 'describes every parameter' {
        $described = $help.parameters.parameter | Where-Object { $_.description.Text } | ForEach-Object name
        $Command.Parameters.Keys | Where-Object { $_ -notin $ignored -and $_ -notin $described } | Should -BeNullOrEmpty
    }

    It 'describes no parameter that does not exist' {
        $help.parameters.parameter.name | Where-Object { $_ -notin $Command.Parameters.Keys } | Should -BeNullOrEmpty
    }
}

Describe 'The views of <Type>' -ForEach $outputTypes {
    BeforeAll {
        $controls = (Get-FormatData -TypeName $Type -PowerShellVersion $PSVersionTable.PSVersion).FormatViewDefinition.Control
        $table = $controls | Where-Object { $_ -is [Management.Automation.TableControl] } | Select-Object -First 1
    }

    It 'are a table and a list' {
        $table | Should -Not -BeNullOrEmpty
        $controls | Where-Object { $_ -is [Management.Automation.ListControl] } | Should -Not -BeNullOrEmpty
    }

    It 'fit into 80 columns' {
        $widths = $table.Headers.Width
        $widths | Should -Not -Contain 0 -Because 'a column without a width may take any'
        ($widths | Measure-Object -Sum).Sum + $widths.Count - 1 | Should -BeLessOrEqual 80
    }
}
