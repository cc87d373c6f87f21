# What the cmdlets do for Open Service Mesh, as a user meets it.
BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force
    $kept = $env:MESHSECRETS_STORE

    function Get-ErrorId([scriptblock] $Script) {
        $ErrorActionPreference = 'Stop'
        try { $null = & $Script; 'no error' } catch { $_.FullyQualifiedErrorId -replace ',.*' }
    }
}

AfterAll {
    $env:MESHSECRETS_STORE = $kept
}

Describe 'Open Service Mesh' {
    BeforeEach {
        $env:MESHSECRETS_STORE = Join-Path $TestDrive ([guid]::NewGuid())
        $folder = (New-Item -ItemType Directory (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
    }

    AfterEach {
        Disconnect-MeshStore *
    }

    Context 'The root bundle' {
        It 'goes out and comes back in <Format>' -ForEach @{ Format = 'OsmCaBundle' }, @{ Format = 'Osm06CaBundle' } {
            $made = New-MeshCa osm-root -KeyAlgorithm Rsa2048 -Subject 'CN=osm-ca.openservicemesh.io,O=Open Service Mesh,L=CA,C=US' -ValidFor 87600h
            $null = Export-MeshCaBundle osm-root -Format $Format -IncludePrivateKey -Path "$folder/osm-ca-bundle.yaml"
            $yaml = Get-Content -Raw "$folder/osm-ca-bundle.yaml"
            $yaml | Should -Match '(?m)^  namespace: osm-system$'
            $yaml | Should -Match '(?m)^type: Opaque$'
            $yaml -match 'expiration' | Should -Be ($Format -eq 'Osm06CaBundle')
            (Import-MeshCa back -Path "$folder/osm-ca-bundle.yaml").Thumbprint | Should -Be $made.Thumbprint
            (Import-MeshCa again -Path "$folder/osm-ca-bundle.yaml" -Format $Format).Thumbprint | Should -Be $made.Thumbprint
        }

        It 'is of certificates only without the key, as Vault and cert-manager want it' {
            $null = New-MeshCa osm-root
            $yaml = Export-MeshCaBundle osm-root -Format Osm06CaBundle -AsString
            $yaml | Should -Match 'ca.crt'
            $yaml | Should -Not -Match 'private.key|expiration'
        }

        It 'takes no EC key' {
            $null = New-MeshCa osm-root
            Get-ErrorId { Export-MeshCaBundle osm-root -Format OsmCaBundle -IncludePrivateKey -AsString } | Should -Be FormatCannotCarry
        }
    }

    Context 'New-MeshRootCertificate' {
        It 'makes the one of osm install' {
            $made = New-MeshRootCertificate
            $made.Kind | Should -Be MeshRootCertificate
            $made.ApiVersion | Should -Be config.openservicemesh.io/v1alpha2
            $made.Name, $made.Namespace | Should -Be osm-mesh-root-certificate, osm-system
            $yaml = New-MeshRootCertificate -AsString
            $yaml | Should -Match '(?m)^        secretRef:\n          name: osm-ca-bundle\n          namespace: osm-system$'
            $yaml | Should -Match 'role: active'
        }

        It 'takes the root from the pipeline' {
            $null = New-MeshCa shop-root -Namespace shop-mesh
            $null = New-MeshSecret other x -Namespace osm-system
            Get-MeshCa shop-root | New-MeshRootCertificate next -Role Inactive -AsString | Should -Match 'name: shop-root\n +namespace: shop-mesh'
            @(Get-MeshSecret shop-root, other | New-MeshRootCertificate next).Count | Should -Be 2
            Get-MeshSecret other | New-MeshRootCertificate next -CaSecretName wins -AsString | Should -Match 'name: wins\n'
            Get-ErrorId { 1 | New-MeshRootCertificate } | Should -Be OsmSecretExpected
            Get-ErrorId { New-MeshRootCertificate | New-MeshRootCertificate } | Should -Be OsmSecretExpected
        }

        It 'makes those of Vault and of cert-manager' {
            New-MeshRootCertificate v -VaultHost vault.contoso.com -VaultTokenSecretName t -AsString | Should -Match 'protocol: https\n +token:\n +secretKeyRef:\n +name: t\n +key: token\n +namespace: osm-system'
            New-MeshRootCertificate c -IssuerName osm-ca -SpiffeEnabled -AsString | Should -Match '(?s)issuerKind: Issuer\n +issuerGroup: cert-manager.io\n.*spiffeEnabled: true'
        }

        It 'refuses what OSM would refuse' {
            Get-ErrorId { New-MeshRootCertificate -TrustDomain 'Shop Example' } | Should -Be SpiffeIdInvalid
            Get-ErrorId { New-MeshRootCertificate -VaultHost '' -VaultTokenSecretName t } | Should -Be ParameterArgumentValidationErrorEmptyStringNotAllowed
            Get-ErrorId { New-MeshRootCertificate -Role both } | Should -Be ParameterArgumentValidationError
            Get-ErrorId { New-MeshRootCertificate -VaultHost v -IssuerName i } | Should -Match 'AmbiguousParameterSet|MissingMandatory'
        }
    }

    Context 'New-MeshOsmConfiguration' {
        It 'gives the arguments of the guide, each quoted once' {
            $arguments = New-MeshOsmConfiguration vault -VaultHost localhost -VaultProtocol http -VaultToken (ConvertTo-SecureString 'xyz' -AsPlainText) -VaultRole openservicemesh -ServiceCertValidityDuration 24h -As Arguments -AsPlainText -WarningAction SilentlyContinue
            $arguments | Should -Be '--certificate-manager=vault', '--vault-host=localhost', '--vault-protocol=http', '--vault-role=openservicemesh', '--service-cert-validity-duration=24h', '--vault-token=xyz'
            New-MeshOsmConfiguration cert-manager -As Arguments | Should -Be '--certificate-manager=cert-manager', '--cert-manager-issuer-name=osm-ca', '--cert-manager-issuer-kind=Issuer', '--cert-manager-issuer-group=cert-manager.io', '--service-cert-validity-duration=24h'
            New-MeshOsmConfiguration tresor -CaBundleSecretName my-root -As Arguments -WarningAction SilentlyContinue | Should -Contain '--ca-bundle-secret-name=my-root'
        }

        It 'gives them to a shell that takes them as they are meant' -Skip:$IsWindows {
            $token = ConvertTo-SecureString "it's ""x"" `$HOME,y" -AsPlainText
            $arguments = (New-MeshOsmConfiguration vault -VaultHost h -VaultToken $token -AsPlainText -As Arguments -WarningAction SilentlyContinue) -join ' '
            (sh -c "printf '%s\n' $arguments")[-1] | Should -Be "--vault-token=it's ""x"" `$HOME,y"
            $open = (New-MeshOsmConfiguration vault -VaultHost h -As Arguments -WarningAction SilentlyContinue) -join ' '
            (sh -c "VAULT_TOKEN='a b'; printf '%s\n' $open")[-1] | Should -Be '--vault-token=a b'
            $environment = (New-MeshOsmConfiguration vault -VaultHost h -As Environment -WarningAction SilentlyContinue) -join "`n"
            sh -c "VAULT_TOKEN=t`n$environment`nprintf %s `$CERT_MANAGER-`$VAULT_HOST-`$VAULT_TOKEN-`$VAULT_ROLE" | Should -Be 'vault-h-t-openservicemesh'
            $null = sh -c "unset VAULT_TOKEN`n$environment" 2>&1
            $LASTEXITCODE | Should -Not -Be 0
        }

        It 'gives Helm values by version' {
            $yaml = New-MeshOsmConfiguration vault -VaultHost vault.osm.svc -WarningAction SilentlyContinue
            $yaml | Should -Match '(?s)OpenServiceMesh:\n  certificateManager: vault\n  serviceCertValidityDuration: "?24h"?\n  caBundleSecretName: osm-ca-bundle\n  vault:\n    host: vault.osm.svc\n    protocol: https\n    role: openservicemesh\n'
            $yaml | Should -Not -Match 'token'
            $yaml = New-MeshOsmConfiguration vault -For Osm -VaultHost vault.osm.svc -VaultTokenSecretName t
            $yaml | Should -Match '(?s)osm:\n  certificateProvider:\n    kind: vault\n.*port: 8200\n.*secret:\n      name: t\n      key: token'
            New-MeshOsmConfiguration cert-manager -For Osm -As Arguments | Should -Contain '--set=osm.certmanager.issuerGroup=cert-manager.io'
        }

        It 'takes what the store holds' {
            $null = New-MeshCa ca -KeyAlgorithm Rsa2048 -LongestLife 8h
            $null = New-MeshCa ec -ValidFor 30d
            Get-MeshCa ca | New-MeshOsmConfiguration | Should -Match 'serviceCertValidityDuration: "?8h'
            $null = Get-MeshCa ec | New-MeshOsmConfiguration -WarningVariable warned -WarningAction SilentlyContinue
            "$warned" | Should -BeLike '*RSA*ends at*'
            New-MeshSecret own-root x -Namespace osm-system | New-MeshOsmConfiguration -WarningAction SilentlyContinue | Should -Match 'caBundleSecretName: own-root'
        }

        It 'warns of <Trap>' -ForEach @(
            @{ Trap = 'minutes with Vault'; Warning = '*whole hours*0h*'; Arguments = @{ ServiceCertValidityDuration = '30m' } }
            @{ Trap = 'http'; Warning = '*in clear*'; Arguments = @{ VaultProtocol = 'http' } }
            @{ Trap = 'a role that v0.6 forgets'; Warning = '*--vault-role=mesh*'; Arguments = @{ VaultRole = 'mesh' } }
            @{ Trap = 'a port that v0.6 forgets'; Warning = '*--vault-port=8443*'; Arguments = @{ VaultPort = 8443 } }
            @{ Trap = 'a token that is not there'; Warning = '*VAULT_TOKEN*'; Arguments = @{} }
            @{ Trap = 'a bundle of another name'; Warning = '*--ca-bundle-secret-name*'; Arguments = @{ CaBundleSecretName = 'mine' } }
        ) {
            $null = New-MeshOsmConfiguration vault -VaultHost v @Arguments -WarningVariable warned -WarningAction SilentlyContinue
            "$warned" | Should -BeLike $Warning
        }

        It 'refuses <Id>' -ForEach @(
            @{ Id = 'OsmKeyVaultAbsent'; Script = { New-MeshOsmConfiguration azure-key-vault } }
            @{ Id = 'OsmManagerUnknown'; Script = { New-MeshOsmConfiguration spire } }
            @{ Id = 'OsmParameterMissing'; Script = { New-MeshOsmConfiguration vault } }
            @{ Id = 'OsmParameterMissing'; Script = { New-MeshOsmConfiguration vault -VaultHost v -AsPlainText } }
            @{ Id = 'OsmParameterUnused'; Script = { New-MeshOsmConfiguration tresor -VaultHost v } }
            @{ Id = 'OsmParameterUnused'; Script = { New-MeshOsmConfiguration vault -VaultHost v -VaultTokenSecretName t } }
            @{ Id = 'OsmParameterUnused'; Script = { New-MeshOsmConfiguration vault -VaultHost v -IssuerName i } }
        ) {
            Get-ErrorId $Script | Should -Be $Id
        }
    }
}
