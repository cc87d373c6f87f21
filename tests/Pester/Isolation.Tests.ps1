# The engine and what it depends on live in a load context of their own: each test looks at a process of its own.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    $manifest = Join-Path $root 'MeshSecrets.psd1'
    $pwsh = (Get-Process -Id $PID).Path

    function Invoke-InNewProcess([scriptblock] $Script, [object[]] $Arguments) {
        & $pwsh -NoProfile -NonInteractive -Command $Script -args $Arguments
    }
}

Describe 'Import' {
    It 'loads the cmdlets and nothing else' {
        $loaded = Invoke-InNewProcess -Arguments $manifest -Script {
            param($manifest)
            $before = [AppDomain]::CurrentDomain.GetAssemblies()
            Import-Module $manifest
            [AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_ -notin $before } | ForEach-Object { $_.GetName().Name } |
                Where-Object { $_ -notlike 'System.*' }
        }
        $loaded | Should -Be 'MeshSecrets'
    }

    It 'references the engine, PowerShell and the framework only' {
        $references = Invoke-InNewProcess -Arguments $manifest -Script {
            param($manifest)
            (Import-Module $manifest -PassThru).ImplementingAssembly.GetReferencedAssemblies().Name
        }
        $references | Where-Object { $_ -notmatch '^(System\.|Microsoft\.Win32\.|netstandard$)' } | Should -Be 'MeshSecrets.Engine'
    }
}

Describe 'The engine' {
    It 'is loaded once for all runspaces, and survives the removal of the module in one of them' {
        $result = Invoke-InNewProcess -Arguments $manifest -Script {
            param($manifest)
            $load = { [Reflection.Assembly]::Load('MeshSecrets.Engine') }
            Import-Module $manifest
            $other = [powershell]::Create()
            $null = $other.AddScript("Import-Module '$manifest'").Invoke()
            Remove-Module MeshSecrets
            $other.Commands.Clear()
            $second = $other.AddScript($load).Invoke()[0]
            Import-Module $manifest
            $first = & $load
            @{
                Same    = [object]::ReferenceEquals($first, $second)
                Copies  = @([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'MeshSecrets.Engine' }).Count
                Context = [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($first).Name
            }
        }
        $result.Same | Should -BeTrue
        $result.Copies | Should -Be 1
        $result.Context | Should -Be 'MeshSecrets.Engine'
    }
}

Describe 'A clashing YamlDotNet' {
    BeforeAll {
        # Another YamlDotNet, newer than ours by its number and without a single type of ours, as another module may have loaded it.
        $clash = Join-Path $TestDrive 'YamlDotNet.dll'
        # Add-Type would give the assembly a name of chance, whatever its file is called, so it is emitted.
        $assembly = [Reflection.Emit.PersistedAssemblyBuilder]::new([Reflection.AssemblyName]'YamlDotNet, Version=99.0.0.0', [object].Assembly)
        $null = $assembly.DefineDynamicModule('YamlDotNet').DefineType('YamlDotNet.Clash', 'Public').CreateType()
        $assembly.Save($clash)
    }

    It 'does not reach the engine' {
        $result = Invoke-InNewProcess -Arguments $manifest, $clash -Script {
            param($manifest, $clash)
            Add-Type -Path $clash
            Import-Module $manifest
            $engine = [Reflection.Assembly]::Load('MeshSecrets.Engine')
            $context = [Runtime.Loader.AssemblyLoadContext]::GetLoadContext($engine)
            @{
                Theirs = [YamlDotNet.Clash].Assembly.GetName().Version.Major
                Name   = [YamlDotNet.Clash].Assembly.GetName().Name
                Ours   = $context.LoadFromAssemblyName('YamlDotNet').GetName().Version.Major
            }
        }
        $result.Theirs | Should -Be 99
        $result.Name | Should -Be 'YamlDotNet'
        $result.Ours | Should -BeLessThan 99
    }

    It 'does not keep us from reading YAML' {
        $yaml = Join-Path $TestDrive 'secret.yaml'
        $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=from yaml', $key, 'SHA256')
        $pem = $request.CreateSelfSigned([datetimeoffset]::UtcNow, [datetimeoffset]::UtcNow.AddDays(1)).ExportCertificatePem()
        @"
apiVersion: v1
kind: Secret
metadata:
  name: my-cert
type: kubernetes.io/tls
data:
  tls.crt: $([Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes($pem)))
"@ | Set-Content $yaml

        $result = Invoke-InNewProcess -Arguments $manifest, $clash, $yaml -Script {
            param($manifest, $clash, $yaml)
            Add-Type -Path $clash
            Import-Module $manifest
            $loaded = { @([AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'YamlDotNet' }).Count }
            $before = & $loaded
            $subject = (Get-MeshCertificate -Path $yaml).Subject
            @{ Subject = $subject; Before = $before; After = & $loaded }
        }
        $result.Subject | Should -Be 'CN=from yaml'
        $result.Before | Should -Be 1 -Because 'ours waits until YAML is read'
        $result.After | Should -Be 2
    }
}
