{{/* Labels and annotations of an object, for a dict of the root context, the program that it belongs to, its component, and labels and annotations
     of its own; all but the first are optional. */}}
{{- define "spotgen.metadata" -}}
{{- $own := dict "app.kubernetes.io/name" (.app | default "spotgen") "app.kubernetes.io/part-of" .root.Chart.Name "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $component := dict -}}
{{- with .component }}
  {{- $component = dict "app.kubernetes.io/component" . }}
{{- end -}}
labels:
  {{- merge $own (.labels | default dict) (.root.Values.commonLabels | default dict) $component | toYaml | nindent 2 }}
{{- with merge dict (.annotations | default dict) (.root.Values.commonAnnotations | default dict) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The labels that select the pods of a controller, for a dict of the program and the controller's name. */}}
{{- define "spotgen.selector" -}}
app.kubernetes.io/name: {{ .app | quote }}
app.kubernetes.io/instance: {{ .name | quote }}
{{- end }}

{{/* The pod security context for the restricted Pod Security Standard, for a user ID. */}}
{{- define "spotgen.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ int64 . }}
runAsGroup: {{ int64 . }}
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* The container security context for the restricted Pod Security Standard, with a read-only root file system. */}}
{{- define "spotgen.containerSecurity" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
readOnlyRootFilesystem: true
{{- end }}

{{/* The budget of a controller with one replica: it may be evicted, and an unready pod never blocks a drain. */}}
{{- define "spotgen.controllerBudget" -}}
maxUnavailable: 1
{{- if semverCompare ">=1.27-0" .Capabilities.KubeVersion.Version }}
unhealthyPodEvictionPolicy: AlwaysAllow
{{- end }}
{{- end }}
