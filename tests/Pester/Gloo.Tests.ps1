# Gloo Mesh: relay secrets, roots of virtual meshes, saved authorities. The default store of a home of its own is used.
BeforeAll {
    Import-Module (Join-Path (Split-Path (Split-Path $PSScriptRoot)) 'MeshSecrets.psd1')
    $null = New-MeshCa relay-root -KeyAlgorithm Rsa2048
}

Describe 'New-MeshRelaySecret' {
    BeforeAll {
        $made = 'cluster-1', 'cluster-2' | New-MeshRelaySecret -Issuer relay-root -ServerDnsName relay.example.com -Label @{ team = 'platform' }
    }

    It 'makes the whole set, each for its place' {
        $made.Name | Should -Be @(
            'relay-root-tls-secret', 'relay-tls-signing-secret', 'relay-server-tls-secret', 'relay-identity-token-secret'
            'relay-client-tls-secret.cluster-1', 'relay-root-tls-secret.cluster-1', 'relay-identity-token-secret.cluster-1'
            'relay-client-tls-secret.cluster-2', 'relay-root-tls-secret.cluster-2', 'relay-identity-token-secret.cluster-2'
        )
        $made.Namespace | Select-Object -Unique | Should -Be 'gloo-mesh'
        $made.ForEach({ $_.Labels['team'] }) | Select-Object -Unique | Should -Be 'platform'
        (Get-MeshSecret -Label @{ 'meshsecrets.io/cluster' = 'cluster-2' }).Count | Should -Be 3
    }

    It 'gives the server its names and both sides both usages' {
        $server = Get-MeshTlsKey relay-server-tls-secret -Namespace gloo-mesh
        $server.DnsName | Should -Be '*.gloo-mesh', 'gloo-mesh-mgmt-server.gloo-mesh', 'relay.example.com'
        foreach ($key in $server, (Get-MeshTlsKey relay-client-tls-secret.cluster-1 -Namespace gloo-mesh)) {
            $certificate = ($key | Get-MeshCertificate)[0]
            $certificate.KeyUsage | Should -Be 'DigitalSignature', 'KeyEncipherment'
            $certificate.ExtendedKeyUsage | Should -Be 'serverAuth', 'clientAuth'
            $certificate.IsCa | Should -BeFalse
        }
    }

    It 'names each agent by its cluster' {
        (Get-MeshTlsKey relay-client-tls-secret.* -Namespace gloo-mesh).DnsName | Should -Be 'cluster-1', 'cluster-2'
        (Get-MeshTlsKey relay-client-tls-secret.* -Namespace gloo-mesh).Thumbprint | Select-Object -Unique | Should -HaveCount 2
    }

    It 'makes a real authority to sign with, below the root' {
        $signing = (Get-MeshTlsKey relay-tls-signing-secret -Namespace gloo-mesh | Get-MeshCertificate)[0]
        $signing.IsCa | Should -BeTrue
        $signing.PathLength | Should -Be 0
        $signing.Issuer | Should -Be 'CN=relay-root'
    }

    It 'keeps the key of the root out of every cluster, and one token for all' {
        (Get-MeshSecret relay-root-tls-secret* -Namespace gloo-mesh).DataKeys | Select-Object -Unique | Should -Be 'ca.crt'
        $tokens = 'relay-identity-token-secret', 'relay-identity-token-secret.cluster-1', 'relay-identity-token-secret.cluster-2' |
            ForEach-Object { Get-MeshSecret $_ -Namespace gloo-mesh -Key token -AsPlainText }
        $tokens | Select-Object -Unique | Should -HaveCount 1
        $tokens[0] | Should -MatchExactly '^[A-Za-z0-9_-]{43}$'
    }

    It 'refuses what is there, and changes nothing' {
        { New-MeshRelaySecret cluster-2, cluster-3 -Issuer relay-root -ErrorAction Stop } | Should -Throw -ErrorId 'RelaySecretsExist,*'
        Get-MeshSecret *.cluster-3 -Namespace gloo-mesh | Should -BeNullOrEmpty
        (Get-MeshSecret -Namespace gloo-mesh).Version | Select-Object -Unique | Should -Be 1
    }

    It 'adds a cluster, which gets the token that is there' {
        $added = New-MeshRelaySecret cluster-3 -Issuer relay-root -AgentOnly
        $added.Name | Should -Be 'relay-client-tls-secret.cluster-3', 'relay-root-tls-secret.cluster-3', 'relay-identity-token-secret.cluster-3'
        Get-MeshSecret relay-identity-token-secret.cluster-3 -Namespace gloo-mesh -AsPlainText |
            Should -BeExactly (Get-MeshSecret relay-identity-token-secret -Namespace gloo-mesh -AsPlainText)
    }

    It 'makes all anew with -Force, and the first generation by its name' {
        $null = New-MeshRelaySecret cluster-1 -Issuer relay-root -Namespace other
        $forced = New-MeshRelaySecret cluster-1 -Issuer relay-root -Namespace other -ApiGeneration v1 -KeyAlgorithm P256 -ValidFor 24h -Force
        $forced.Version | Select-Object -Unique | Should -Be 2
        $server = Get-MeshTlsKey relay-server-tls-secret -Namespace other
        $server.DnsName | Should -Be '*.other', 'enterprise-networking.other'
        $server.KeyAlgorithm | Should -Be 'P256'
        ($server | Get-MeshCertificate)[0].KeyUsage | Should -Be 'DigitalSignature'
        ($server.NotAfter - $server.NotBefore).TotalHours | Should -BeLessThan 25
    }

    It 'is renewed by the authority that is recorded' {
        $renewed = Invoke-MeshCertRotation relay-client-tls-secret.cluster-1 -Namespace gloo-mesh -Force
        $renewed.Status | Should -Be 'Renewed'
        $after = Get-MeshTlsKey relay-client-tls-secret.cluster-1 -Namespace gloo-mesh
        $after.DnsName | Should -Be 'cluster-1'
        ($after | Get-MeshCertificate)[0].ExtendedKeyUsage | Should -Be 'serverAuth', 'clientAuth'
    }

    It 'changes nothing with -WhatIf' {
        New-MeshRelaySecret never -Issuer relay-root -AgentOnly -WhatIf | Should -BeNullOrEmpty
        Get-MeshSecret *.never -Namespace gloo-mesh | Should -BeNullOrEmpty
    }

    It 'refuses <Case> with <Id>' -ForEach @(
        @{ Case = 'an issuer that is not there'; Id = 'IssuerNotFound'; Parameters = @{ Issuer = 'nobody'; Namespace = 'x' } }
        @{ Case = 'an issuer that may have none below it'; Id = 'PathLengthExceeded'; Parameters = @{ Issuer = 'lowest'; Namespace = 'x' } }
        @{ Case = 'a cluster that is no name'; Id = 'SecretNameInvalid'; Parameters = @{ Cluster = 'Cluster_1'; Issuer = 'relay-root'; Namespace = 'x' } }
        @{ Case = 'a wrong namespace'; Id = 'NamespaceInvalid'; Parameters = @{ Issuer = 'relay-root'; Namespace = 'x.y' } }
        @{ Case = 'agents where there is no token'; Id = 'SecretNotFound'; Parameters = @{ Issuer = 'relay-root'; Namespace = 'x'; AgentOnly = $true } }
        @{ Case = 'a name that the authority does not allow'; Id = 'PolicyName'; Parameters = @{ Issuer = 'narrow'; Namespace = 'x' } }
    ) {
        $null = New-MeshCa lowest -Issuer relay-root -PathLength 0 -Force
        $null = New-MeshCa narrow -AllowedDnsName '*.gloo-mesh' -Force
        $all = @{ Cluster = 'cluster-1'; KeyAlgorithm = 'P256' }
        $Parameters.GetEnumerator() | ForEach-Object { $all[$_.Key] = $_.Value }
        { New-MeshRelaySecret @all -ErrorAction Stop } | Should -Throw -ErrorId "$Id,*"
        Get-MeshSecret -Namespace x | Should -BeNullOrEmpty
    }
}
