# The cluster that the tests in PowerShell use is what they take it for.
BeforeAll {
    . (Join-Path $PSScriptRoot 'Kubernetes.Cluster.ps1')
    $cluster = Get-TestCluster
}

AfterAll { Remove-TestCluster $cluster }

Describe 'the cluster of the tests' {
    BeforeEach {
        Skip-WithoutCluster $cluster
        $namespace = New-TestNamespace $cluster
    }

    It 'takes and gives secrets' {
        @{ apiVersion = 'v1'; kind = 'Secret'; metadata = @{ name = 's' }; stringData = @{ value = 'hunter2' } } | ConvertTo-Json |
            Invoke-Kubectl $cluster apply, -n, $namespace, -f, - | Should -Be 'secret/s created'
        $read = Invoke-Kubectl $cluster get, secret, s, -n, $namespace, -o, json | ConvertFrom-Json
        [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($read.data.value)) | Should -Be 'hunter2'
    }

    It 'begins a namespace with the token of its service account' {
        $account = Invoke-Kubectl $cluster get, serviceaccount, default, -n, $namespace, -o, json | ConvertFrom-Json
        (Invoke-Kubectl $cluster get, secrets, -n, $namespace, -o, json | ConvertFrom-Json).items.metadata.name | Should -Be $account.secrets.name
    }

    It 'lets users do what they may' {
        Skip-WithoutCluster $cluster -Own
        $carol = New-TestUser $cluster carol -Group readers -Namespace $namespace
        { Invoke-Kubectl $cluster get, secrets -KubeconfigPath $carol } | Should -Throw '*Forbidden*"carol"*'
        { Invoke-Kubectl $cluster get, secrets, -n, $namespace -KubeconfigPath (Join-Path $cluster.Folder 'alice.kubeconfig') } | Should -Throw '*Forbidden*"alice"*'
        $null = Invoke-Kubectl $cluster create, rolebinding, readers, --clusterrole=admin, --group=readers, -n, $namespace
        Invoke-Kubectl $cluster get, secrets, -o, name -KubeconfigPath $carol | Should -BeLike 'secret/default-token-*'
    }
}
