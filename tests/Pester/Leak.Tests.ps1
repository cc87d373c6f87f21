# A hunt for planted secrets: in every stream, transcript, error and serialized object of every cmdlet. Nothing may be
# found that was not asked for in plain.
#
# A cmdlet joins the hunt by a case in Leak.Cases.ps1. What it must not let out is planted in the fixture there.
BeforeDiscovery {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force
    $cases = & (Join-Path $PSScriptRoot 'Leak.Cases.ps1')
    $cmdlets = Get-Command -Module MeshSecrets | ForEach-Object { @{ Name = $_.Name } }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force
    $kept = $env:MESHSECRETS_STORE, $env:XDG_CONFIG_HOME
    $env:XDG_CONFIG_HOME = Join-Path $TestDrive 'config'
    $hunted = (& (Join-Path $PSScriptRoot 'Leak.Cases.ps1')).Hunts

    # The forms in which a text may hide: as it is, in base64 at each of the three offsets, in hexadecimal, as numbers.
    function Get-Disguise([string] $Text) {
        $Text
        foreach ($encoding in [Text.Encoding]::UTF8, [Text.Encoding]::Unicode) {
            $bytes = $encoding.GetBytes($Text)
            foreach ($offset in 0..2) {
                $base64 = [Convert]::ToBase64String([byte[]]::new($offset) + $bytes)
                # The first and last characters also depend on what stands beside.
                $base64.Substring(4, $base64.Length - 8)
            }
            [Convert]::ToHexString($bytes)
            [Convert]::ToHexStringLower($bytes)
            $bytes[0..9] -join ','
            $bytes[0..9] -join "`n"
        }
    }

    function Find-Planted([string] $Text, [string[]] $Planted) {
        # Serializers break lines and indent.
        $joined = $Text -replace '\s+', ''
        foreach ($disguise in $Planted | ForEach-Object { Get-Disguise $_ }) {
            if ($joined.Contains(($disguise -replace '\s+', ''), [StringComparison]::OrdinalIgnoreCase)) {
                $disguise
            }
        }
    }

    # The parts of an error record that a cmdlet fills. PowerShell cannot turn the whole into JSON.
    function Get-ErrorText([Management.Automation.ErrorRecord] $Record) {
        $Record | Format-List * -Force | Out-String -Width 1000
        $Record.Exception.ToString()
        $Record.ErrorDetails
        $Record.TargetObject | ConvertTo-Json -Depth 8 -WarningAction Ignore
        $Record.InvocationInfo.BoundParameters | ConvertTo-Json -Depth 8 -WarningAction Ignore
        $Record.InvocationInfo.UnboundArguments | ConvertTo-Json -Depth 8 -WarningAction Ignore
        $Record.Exception | Select-Object Message, ErrorId, Kind, Target, ParameterName | ConvertTo-Json -Depth 8 -WarningAction Ignore
    }
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    $env:MESHSECRETS_STORE, $env:XDG_CONFIG_HOME = $kept
}

Describe 'The hunt' {
    It 'finds what is not hidden: <Form>' -ForEach @(
        @{ Form = 'text'; Give = { param($p) "before $p after" } }
        @{ Form = 'base64'; Give = { param($p) [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("x$p.")) } }
        @{ Form = 'bytes in XML'; Give = { param($p) [Management.Automation.PSSerializer]::Serialize([Text.Encoding]::UTF8.GetBytes($p)) } }
        @{ Form = 'bytes in JSON'; Give = { param($p) [Text.Encoding]::UTF8.GetBytes($p) | ConvertTo-Json } }
        @{ Form = 'the target of an error'; Give = { param($p) Write-Error 'x' -TargetObject @{ a = @{ b = $p } } 2>&1 | ForEach-Object { Get-ErrorText $_ } } }
    ) {
        Find-Planted (& $Give 'planted-0123456789-abcdef' | Out-String) 'planted-0123456789-abcdef' | Should -Not -BeNullOrEmpty
    }

    It 'includes <Name>' -ForEach $cmdlets {
        $Name | Should -BeIn $hunted -Because 'every cmdlet needs a case in Leak.Cases.ps1'
    }
}

Describe '<Hunts>: <Case>' -ForEach $cases {
    BeforeAll {
        Get-MeshStore | Disconnect-MeshStore
        $env:MESHSECRETS_STORE = Join-Path $TestDrive ([guid]::NewGuid())
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $planted = "pl4nted-$([guid]::NewGuid())"
        $secure = ConvertTo-SecureString $planted -AsPlainText
        $Error.Clear()
        $needles = @($planted)
        if ($Prepare) { $needles += @(. $Prepare) | Where-Object { $_ } }

        $transcript = Join-Path $TestDrive "$([guid]::NewGuid()).txt"
        $null = Start-Transcript $transcript
        $output = @(try { & { $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'; . $Script } *>&1 } catch { $_ })
        $output | Out-Default
        $null = Stop-Transcript
        $errors = @($Error)
        # Records of streams lead from their invocation into all of PowerShell, and files from their provider; the text of
        # the one and the bare file are all that is theirs.
        $objects = @($output | Where-Object { $_ -isnot [Management.Automation.ErrorRecord] } | ForEach-Object {
                if ($_ -is [Management.Automation.InformationalRecord] -or $_ -is [Management.Automation.InformationRecord]) { "$_" }
                elseif ($_ -is [IO.FileSystemInfo]) { $_.FullName }
                else { $_ }
            })
    }

    It 'says something at all' {
        $output.Count | Should -BeGreaterThan 0
        @($errors).Count -gt 0 | Should -Be ([bool] $Fails)
    }

    It 'shows nothing' {
        Find-Planted ($output | Format-List * -Force | Out-String -Width 1000) $needles | Should -BeNullOrEmpty
        Find-Planted ($output | Format-Table | Out-String -Width 1000) $needles | Should -BeNullOrEmpty
        Find-Planted ($output | ForEach-Object { "$_" } | Out-String) $needles | Should -BeNullOrEmpty
    }

    It 'leaves nothing in the transcript' {
        Find-Planted (Get-Content -Raw $transcript) $needles | Should -BeNullOrEmpty
    }

    It 'leaves nothing in objects that are serialized' {
        $xml = Join-Path $TestDrive 'objects.xml'
        $objects | Export-Clixml $xml -Depth 8
        Find-Planted (Get-Content -Raw $xml) $needles | Should -BeNullOrEmpty
        Find-Planted ($objects | ConvertTo-Json -Depth 8 -WarningAction Ignore) $needles | Should -BeNullOrEmpty
    }

    It 'leaves nothing in errors' {
        foreach ($record in $errors | Where-Object { $_ -is [Management.Automation.ErrorRecord] }) {
            Find-Planted (Get-ErrorText $record | Out-String) $needles | Should -BeNullOrEmpty
        }

        $xml = Join-Path $TestDrive 'errors.xml'
        $errors | Export-Clixml $xml
        Find-Planted (Get-Content -Raw $xml) $needles | Should -BeNullOrEmpty
    }

    It 'leaves nothing readable on the disk' {
        foreach ($file in Get-ChildItem $env:MESHSECRETS_STORE -Recurse -File) {
            Find-Planted ([Text.Encoding]::Latin1.GetString([IO.File]::ReadAllBytes($file))) $needles | Should -BeNullOrEmpty -Because $file
        }
    }
}
