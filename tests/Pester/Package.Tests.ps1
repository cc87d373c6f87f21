# The packed module, as a user gets it: in a folder of PSModulePath, and installed from a local repository.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $pwsh = (Get-Process -Id $PID).Path
    $version = (Import-PowerShellDataFile (Join-Path $root 'MeshSecrets.psd1')).ModuleVersion
    $out = Join-Path $TestDrive 'out'
    $package = & (Join-Path $root 'build.ps1') -Task Pack -NoBuild -OutputPath $out

    # What a new process with nothing but this folder on its path finds of the module.
    function Get-InNewProcess([string] $ModulePath) {
        & $pwsh -NoProfile -NonInteractive -args $ModulePath -Command {
            param($modulePath)
            $env:PSModulePath = $modulePath + [IO.Path]::PathSeparator + (Join-Path $PSHOME 'Modules')
            $module = Import-Module MeshSecrets -PassThru
            @{
                Version  = [string] $module.Version
                Base     = $module.ModuleBase
                Commands = [string[]] $module.ExportedCommands.Keys
                Engine   = [Reflection.Assembly]::Load('MeshSecrets.Engine').Location
            }
        }
    }
}

Describe 'The package' {
    It 'holds what is used and nothing more' {
        $folder = Join-Path $out "MeshSecrets/$version"
        $files = Get-ChildItem $folder -Recurse -File | ForEach-Object { [IO.Path]::GetRelativePath($folder, $_.FullName).Replace('\', '/') }
        'MeshSecrets.psd1', 'bin/MeshSecrets.dll', 'bin/MeshSecrets.Format.ps1xml', 'bin/engine/MeshSecrets.Engine.dll', 'bin/engine/MeshSecrets.Engine.deps.json', 'bin/engine/Polly.Core.dll', 'bin/engine/YamlDotNet.dll', 'CHANGELOG.md', 'THIRD-PARTY-NOTICES.md',
        'en-US/MeshSecrets.dll-Help.xml', 'en-US/about_MeshSecrets.help.txt' |
            Should -BeIn $files
        $files | Where-Object { $_ -notmatch '^(MeshSecrets\.psd1|[A-Z-]+\.md|bin/.*\.(dll|ps1xml|deps\.json)|en-US/.*)$' } | Should -BeNullOrEmpty
        $files | Where-Object { $_ -match 'System\.Management\.Automation' } | Should -BeNullOrEmpty
    }

    It 'imports from a folder of PSModulePath' {
        $found = Get-InNewProcess $out
        $found.Version | Should -Be $version
        $found.Base | Should -Be (Join-Path $out "MeshSecrets/$version")
        $found.Engine | Should -BeLike (Join-Path $out '*')
        $manifest = Import-PowerShellDataFile (Join-Path $root 'MeshSecrets.psd1')
        $found.Commands | Sort-Object | Should -Be ($manifest.CmdletsToExport + $manifest.AliasesToExport | Sort-Object)
    }

    It 'installs from a local repository with PSResourceGet' {
        if (-not (Get-Module Microsoft.PowerShell.PSResourceGet -ListAvailable)) {
            Set-ItResult -Skipped -Because 'this pwsh has no Microsoft.PowerShell.PSResourceGet'
        }

        # Repositories and modules are kept under HOME: a process with another one, for the user's are none of our business.
        $kept = $env:HOME, $env:XDG_DATA_HOME, $env:LOCALAPPDATA, $env:PSModulePath
        try {
            $env:HOME = $env:LOCALAPPDATA = (New-Item -ItemType Directory (Join-Path $TestDrive 'home')).FullName
            $env:XDG_DATA_HOME = $env:PSModulePath = $null
            $installed = & $pwsh -NoProfile -NonInteractive -args (Split-Path $package.FullName) -Command {
                param($repository)
                $ErrorActionPreference = 'Stop'
                Register-PSResourceRepository -Name Local -Uri $repository -Trusted
                Install-PSResource -Name MeshSecrets -Repository Local
                Import-Module MeshSecrets -PassThru | ForEach-Object { @{ Version = [string] $_.Version; Base = $_.ModuleBase } }
            }
            $installed.Version | Should -Be $version
            $installed.Base | Should -BeLike (Join-Path $env:HOME '*')
        }
        finally {
            $env:HOME, $env:XDG_DATA_HOME, $env:LOCALAPPDATA, $env:PSModulePath = $kept
        }
    }
}
