{{- define "sluice.fullname" -}}
{{- $name := .Values.fullnameOverride | default (ternary .Release.Name (printf "%s-sluice" .Release.Name) (contains "sluice" .Release.Name)) -}}
{{- $name | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{- define "sluice.selector" -}}
app.kubernetes.io/name: sluice
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: controller
{{- end }}

{{- define "sluice.webhookSelector" -}}
app.kubernetes.io/name: sluice
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/component: webhook
{{- end }}

{{/* The labels of an object that is no pod, without its component. */}}
{{- define "sluice.labels" -}}
app.kubernetes.io/name: sluice
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "sluice.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "sluice.fullname" .) -}}
{{- end }}

{{- define "sluice.image" -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag }}
{{- end -}}
{{- end }}

{{- define "sluice.controllerImage" -}}
{{- include "sluice.image" (merge (dict "tag" (.Values.image.tag | default .Chart.AppVersion)) .Values.image) -}}
{{- end }}

{{/* Whether only some namespaces are served. */}}
{{- define "sluice.scoped" -}}
{{- if or .Values.scope.namespaces .Values.scope.namespaceSelector }}true{{ end -}}
{{- end }}

{{- define "sluice.subject" -}}
- kind: ServiceAccount
  name: {{ include "sluice.serviceAccount" . | quote }}
  namespace: {{ .Release.Namespace | quote }}
{{- end }}

{{- define "sluice.webhookSecret" -}}
{{- $given := .Values.webhook.certificate.secretName -}}
{{- if eq .Values.webhook.certificate.source "secret" -}}
{{- required "webhook.certificate.secretName is needed where its source is secret" $given -}}
{{- else -}}
{{- $given | default (printf "%s-webhook-tls" (include "sluice.fullname" .)) -}}
{{- end -}}
{{- end }}
